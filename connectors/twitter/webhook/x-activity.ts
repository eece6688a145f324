import { directMessageOf, isGroup } from '#connectors/twitter/direct-message-v2';
import { idIn, listOf, textIn } from '#connectors/twitter/fields';
import { itemOf, type QueuedEvent, unreadableItem } from '#connectors/twitter/item';
import { postItem } from '#connectors/twitter/post-item';
import { usersIn, usersInMap } from '#connectors/twitter/users';
import type { WebhookItem } from '#shared/connector/webhook';
import { type JsonObject, objectOf } from '#shared/json';
import { splitAccountActivity } from './account-activity.ts';

/** Splits the `data` of an X Activity API body: one event, or (seen in a peer's types) a list of them. */
export function splitActivity(data: unknown, ownUserId: string): readonly WebhookItem[] {
  const events = Array.isArray(data) ? data : [data];
  return events.flatMap((event) => splitEvent(event, ownUserId));
}

function splitEvent(value: unknown, ownUserId: string): readonly WebhookItem[] {
  const event = objectOf(value);
  const type = textIn(event, 'event_type');
  if (!type) return splitUntyped(value, ownUserId);
  const eventId = idIn(event, 'event_uuid');
  const userId = idIn(objectOf(event['filter']), 'user_id') ?? ownUserId;
  const about = { type, userId, ...(eventId ? { eventId } : {}) };
  const payload = objectOf(event['payload']);
  const includes = objectOf(event['includes']);
  if (Array.isArray(payload['direct_message_events'])) return directMessages(about, payload);
  const message = messageTypes.has(type) && directMessageOf(payload, includes, userId);
  if (message && !isGroupNamed(payload, userId)) {
    const users = usersIn(includes['users'], [idIn(payload, 'sender_id')]);
    return [itemOf({ ...about, kind: 'direct_message', event: message, users })];
  }
  if (type === 'post.delete') return [itemOf({ ...about, kind: 'post_deletion', event: payload })];
  const post = postIn(payload);
  return isPost(type, post)
    ? [postItem(about, post, { ...objectOf(payload['includes']), ...includes })]
    : [itemOf({ ...about, kind: 'other', event: event['payload'] })];
}

/** A reaction and a reading receipt name a sender, too. */
const messageTypes: ReadonlySet<string> = new Set(['dm.received', 'dm.sent']);

/** A message of a group is kept as an event that is ignored: its conversation is no conversation with one customer. */
const isGroupNamed = (payload: JsonObject, userId: string) =>
  textIn(payload, 'dm_conversation_id') !== undefined && isGroup(payload, userId);

/** The post of a payload, also where it stands under a name of its own, as a client of X has seen it. */
function postIn(payload: JsonObject): JsonObject {
  const nested = ['post', 'tweet', 'data'].map((name) => objectOf(payload[name]));
  const isWhole = idIn(payload, 'id') !== undefined;
  return isWhole ? payload : (nested.find((each) => idIn(each, 'id') !== undefined) ?? payload);
}

/** True for a post, also of an event type that is not known yet. */
function isPost(type: string, payload: JsonObject): boolean {
  if (/^post\..*create$/.test(type)) return true;
  return type.startsWith('post.') && idIn(payload, 'author_id') !== undefined;
}

function splitUntyped(value: unknown, ownUserId: string): readonly WebhookItem[] {
  const event = objectOf(value);
  return Object.keys(event).some((name) => compliance.test(name))
    ? splitAccountActivity(event, ownUserId)
    : [unreadableItem(ownUserId, value, 'an event without event_type')];
}

/** Events of X's compliance streams: named by their only key, as the lists of the older API are. */
const compliance = /^(?:delete|drop|undrop|withheld|scrub_geo|(?:user|tweet|post|status)_\w+)$/;

type About = Pick<QueuedEvent, 'type' | 'userId' | 'eventId'>;

function directMessages(about: About, payload: JsonObject): readonly WebhookItem[] {
  return listOf(payload['direct_message_events']).map((message) =>
    itemOf({
      ...about,
      kind: 'direct_message',
      event: message,
      users: usersInMap(payload['users'], message),
    }),
  );
}
