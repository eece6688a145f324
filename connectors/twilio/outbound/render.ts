import type { Account } from '#connectors/twilio/account';
import { writeAddress } from '#connectors/twilio/address';
import { declaration } from '#connectors/twilio/declaration';
import type { Declaration } from '#shared/connector/declaration';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import { ConnectorError } from '#shared/errors';
import type { ReplyContent } from '#shared/model/reply-content';
import { contentOf } from './content.ts';
import { mediaLimits } from './media-types.ts';
import type { MessageRequest } from './message-request.ts';
import { scheduled } from './schedule.ts';
import { splitNumbered, splitText } from './split-text.ts';

const { maxTextLength, maxTextParts } = declaration.channels.sms;

const channelsOf: Declaration['channels'] = declaration.channels;

/** The visible part of one message, without its route. */
type Shown = Omit<
  MessageRequest,
  'to' | 'from' | 'messagingServiceSid' | 'sendAt' | 'scheduleType'
>;

/**
 * Reply → the messages the customer will see, in order.
 *
 * The sender is always the number the customer wrote to, also when a Messaging Service is set: the service would
 * else pick one from its pool, and the answer to that would be another conversation (Message resource, "From").
 * Throws `content_not_supported` for what Twilio does not carry and `text_too_long` for more than five messages.
 */
export function render(
  { content, sendAt }: OutboundReply,
  { channel, businessIdentity, customerIdentities }: ReplyTarget,
  { messagingServiceSid, numberedParts = false }: Account,
): readonly MessageRequest[] {
  const requests = shownBy(content, channel, numberedParts).map((shown) => ({
    to: writeAddress(customerIdentities[0]),
    from: writeAddress(businessIdentity),
    ...(messagingServiceSid ? { messagingServiceSid } : {}),
    ...shown,
  }));
  return scheduled(requests, sendAt, { messagingServiceSid });
}

function shownBy(
  content: ReplyContent,
  channel: ReplyTarget['channel'],
  numberedParts: boolean,
): readonly Shown[] {
  const carried: readonly string[] = channelsOf[channel]?.replyContent ?? [];
  if (!carried.includes(content.type)) throw notCarried(content.type);
  switch (content.type) {
    case 'text':
      return renderText(content.text, numberedParts);
    case 'media':
      return [renderMedia(content, channel)];
    case 'template':
      return [renderTemplate(content)];
    case 'buttons':
    case 'list':
    case 'link_button':
      return [{ content: contentOf(content) }];
    default:
      throw notCarried(content.type);
  }
}

function notCarried(type: string): ConnectorError {
  return new ConnectorError('content_not_supported', `content of type ${type} on this channel`);
}

/** A template is known by its ContentSid, and has its own language. */
function renderTemplate({ name, variables }: Extract<ReplyContent, { type: 'template' }>): Shown {
  return {
    contentSid: name,
    ...(variables === undefined ? {} : { contentVariables: JSON.stringify(variables) }),
  };
}

function renderText(text: string, numberedParts: boolean): readonly Shown[] {
  const limit = maxTextLength * maxTextParts;
  if (text.length > limit) {
    throw new ConnectorError(
      'text_too_long',
      `a text of ${text.length} characters; at most ${limit} are sent`,
    );
  }
  return piecesOf(text, numberedParts).map((body) => ({ body }));
}

/** The messages of a text: numbered where the account says so. */
export function piecesOf(text: string, numberedParts: boolean): readonly string[] {
  return (numberedParts ? splitNumbered : splitText)(text, maxTextLength);
}

/** A file on the web is fetched by Twilio itself; one in our bucket gets its address just before it is sent. */
function renderMedia(
  { url = '', contentType, caption }: Extract<ReplyContent, { type: 'media' }>,
  channel: ReplyTarget['channel'],
): Shown {
  const body = caption ? { body: caption } : {};
  if (!url.startsWith('s3://')) return { ...body, mediaUrl: [url] };
  const { maxSizeBytes } = mediaLimits(channel);
  return { ...body, file: { uri: url, contentType, maxSizeBytes } };
}
