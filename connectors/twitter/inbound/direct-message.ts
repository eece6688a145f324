import { type DirectMessage, type Queued, readDirectMessage } from '#connectors/twitter/payload';
import { linksIn, readableText } from '#connectors/twitter/text';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { objectOf } from '#shared/json';
import type { Content } from '#shared/model/content';
import { withDelivery } from './delivery.ts';
import { attachedContent, mediaOf, placeName, unsupported } from './dm-attachments.ts';
import { attachmentOf } from './media.ts';
import { customerOf, identityOf } from './person.ts';
import { isoTime } from './time.ts';

/**
 * Reads one direct message. The event that brought it decides nothing: our own message is outbound, so an echo of our
 * own send is never taken for a customer's words. Throws `unreadable_payload`.
 */
export function parseDirectMessage(queued: Queued): readonly ChannelEvent[] {
  const { type, message_create } = objectOf(queued.event);
  if (type !== 'message_create' && message_create === undefined) {
    return [{ kind: 'ignored', reason: 'a direct message event that names no sender', keep: true }];
  }
  const event = readDirectMessage(queued.event);
  const ours = queued.userId;
  const { sender_id, target } = event.message_create;
  const customerId = sender_id === ours ? target?.recipient_id : sender_id;
  if (customerId === undefined) {
    throw new ConnectorError('unreadable_payload', 'a direct message of ours without a recipient');
  }
  if (customerId === ours) return [{ kind: 'ignored', reason: 'a direct message to ourselves' }];
  const occurredAt = isoTime(event.created_timestamp);
  const text = textOf(event);
  const message: ChannelMessage = {
    kind: 'message',
    channel: 'twitter',
    direction: sender_id === ours ? 'outbound' : 'inbound',
    visibility: 'private',
    providerMessageId: event.id,
    business: identityOf(ours),
    customer: customerOf(customerId, queued.users),
    ...(occurredAt ? { occurredAt } : {}),
    content: contentOf(event, text),
    text,
    attachments: attachmentsOf(event),
    ...referralOf(event),
    metadata: { eventType: queued.type, dmConversationId: conversationId(ours, customerId) },
  };
  return withDelivery(message);
}

/** The page on which X shows the files of a direct message. */
const mediaPage = /^https:\/\/(?:twitter|x)\.com\/messages\/media\/\d+$/;

function textOf(event: DirectMessage): string {
  const { text, entities } = event.message_create.message_data;
  const media = mediaOf(event);
  const marks = media.length > 0 ? { mediaUrls: media.map((each) => each?.url), mediaPage } : {};
  const written = readableText(text ?? '', linksIn(entities, marks));
  return [written, placeName(event)].filter(Boolean).join('\n');
}

/** A file that X sent no address of is asked for by its message and its place in it. */
function attachmentsOf(event: DirectMessage) {
  return mediaOf(event).map((media, position) =>
    attachmentOf(media ?? {}, `dm_events/${event.id}#${position}`),
  );
}

function contentOf(event: DirectMessage, text: string): Content {
  const { quick_reply_response: reply } = event.message_create.message_data;
  if (event.type !== 'message_create') return unsupported(event.type, event);
  if (reply) {
    const id = reply.metadata;
    return { type: 'interactive_reply', kind: 'quick_reply', title: text, ...(id ? { id } : {}) };
  }
  if (mediaOf(event).length > 0) return { type: 'media', ...(text ? { caption: text } : {}) };
  return attachedContent(event) ?? { type: 'text', text };
}

/** The customer pressed "message" on one of our posts. */
function referralOf({ initiated_via }: DirectMessage): Pick<ChannelMessage, 'referral'> {
  const sourceId = initiated_via?.tweet_id;
  return sourceId ? { referral: { sourceType: 'post', sourceId } } : {};
}

/** X's id of a conversation of two: the smaller user id first, compared as numbers. The event does not name it. */
function conversationId(one: string, other: string): string {
  const [smaller, larger] = BigInt(one) < BigInt(other) ? [one, other] : [other, one];
  return `${smaller}-${larger}`;
}
