import type { Account } from '#connectors/twilio/account';
import { writeAddress } from '#connectors/twilio/address';
import { declaration } from '#connectors/twilio/declaration';
import type { OutboundReply, ReplyTarget } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import type { MessageRequest } from './message-request.ts';
import { splitText } from './split-text.ts';

const { maxTextLength, maxTextParts } = declaration.channels.sms;

/**
 * Reply → the messages the customer will see, in order.
 *
 * The sender is always the number the customer wrote to, also when a Messaging Service is set: the service would
 * else pick one from its pool, and the answer to that would be another conversation (Message resource, "From").
 * Throws `content_not_supported` for what is not text and `text_too_long` for more than five messages.
 */
export function render(
  { content }: OutboundReply,
  { businessIdentity, customerIdentities }: ReplyTarget,
  { messagingServiceSid }: Account,
): readonly MessageRequest[] {
  if (content.type !== 'text') {
    throw new ConnectorError(
      'content_not_supported',
      `content of type ${content.type}; Twilio accounts send text`,
    );
  }
  const limit = maxTextLength * maxTextParts;
  if (content.text.length > limit) {
    throw new ConnectorError(
      'text_too_long',
      `a text of ${content.text.length} characters; at most ${limit} are sent`,
    );
  }
  return splitText(content.text, maxTextLength).map((body) => ({
    to: writeAddress(customerIdentities[0]),
    from: writeAddress(businessIdentity),
    ...(messagingServiceSid ? { messagingServiceSid } : {}),
    body,
  }));
}
