import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { ConnectorError } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import type { ReplyContent } from '#shared/model/reply-content';
import type { Shown } from './send-request.ts';

type Of<Type extends ReplyContent['type']> = Extract<ReplyContent, { type: Type }>;

/** Seven decimals of a degree are a centimetre; a number of JavaScript could be written `1e-7`. */
const decimals = 7;

/** A place on the map. Coordinates are text, as Meta's description has them; a link is nothing it can carry. */
export function renderLocation({ latitude, longitude, name, address }: Of<'location'>): Shown {
  const location = {
    latitude: latitude.toFixed(decimals),
    longitude: longitude.toFixed(decimals),
    ...omitUndefined({ name, address }),
  };
  return { body: { type: 'location', location } };
}

/** A reaction to a message, or its end where the emoji is empty. Throws `invalid_reply` where Meta knows no such message. */
export function renderReaction(
  { messageId, emoji }: Of<'reaction'>,
  { reactsToProviderMessageId: id }: ReplyTarget,
): Shown {
  if (!id?.startsWith('wamid.')) {
    const title = `messageId is ${messageId}; WhatsApp knows no such message of this conversation`;
    throw new ConnectorError('invalid_reply', title);
  }
  return { body: { type: 'reaction', reaction: { message_id: id, emoji } } };
}

export function renderTemplate({ name, language, components }: Of<'template'>): Shown {
  // The only policy there is; Meta's OpenAPI requires it, its own examples leave it out.
  const template = { name, language: { policy: 'deterministic', code: language } };
  const filled = components.length > 0 ? { ...template, components } : template;
  return { body: { type: 'template', template: filled } };
}
