import { idIn, listOf, textIn } from '#connectors/twitter/fields';
import { itemOf, type QueuedEvent, unreadableItem } from '#connectors/twitter/item';
import { usersIn, usersInMap } from '#connectors/twitter/users';
import type { WebhookItem } from '#shared/connector/webhook';
import { type JsonObject, objectOf } from '#shared/json';
import { splitAccountActivity } from './account-activity.ts';
import { directMessageOf } from './direct-message-v2.ts';

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
  const message = type.startsWith('dm.') && directMessageOf(payload, includes, userId);
  if (message) {
    const users = usersIn(includes['users'], [idIn(payload, 'sender_id')]);
    return [itemOf({ ...about, kind: 'direct_message', event: message, users })];
  }
  if (type === 'post.delete') return [itemOf({ ...about, kind: 'post_deletion', event: payload })];
  return isPost(type, payload)
    ? [post(about, payload, includes)]
    : [itemOf({ ...about, kind: 'other', event: event['payload'] })];
}

/** True for a post, also of an event type that is not known yet. */
function isPost(type: string, payload: JsonObject): boolean {
  if (/^post\..*create$/.test(type)) return true;
  return type.startsWith('post.') && idIn(payload, 'author_id') !== undefined;
}

function splitUntyped(value: unknown, ownUserId: string): readonly WebhookItem[] {
  const event = objectOf(value);
  return Object.keys(event).some((name) => complianceEvents.has(name))
    ? splitAccountActivity(event, ownUserId)
    : [unreadableItem(ownUserId, value, 'an event without event_type')];
}

/** Events of X's compliance streams: named by their only key, as the lists of the older API are. */
const complianceEvents = new Set([
  ...['delete', 'tweet_edit', 'user_delete', 'user_undelete', 'user_suspend', 'user_unsuspend'],
  ...['user_protect', 'user_unprotect', 'user_profile_modification', 'scrub_geo'],
]);

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

/** A post with those of its inclusions that it names: X sends whole profiles, and the post itself once more. */
function post(about: About, payload: JsonObject, includes: JsonObject): WebhookItem {
  const references = listOf(payload['referenced_tweets'] ?? payload['referenced_posts'])
    .map((reference) => idIn(objectOf(reference), 'id'))
    .concat(idIn(payload, 'in_reply_to_tweet_id', 'in_reply_to_post_id'));
  const posts = listOf(includes['tweets'] ?? includes['posts']).filter((included) =>
    references.includes(idIn(objectOf(included), 'id') ?? ''),
  );
  const mediaKeys = listOf(objectOf(payload['attachments'])['media_keys']);
  const media = listOf(includes['media']).filter((included) =>
    mediaKeys.includes(objectOf(included)['media_key']),
  );
  const pollIds = listOf(objectOf(payload['attachments'])['poll_ids']);
  const polls = listOf(includes['polls']).filter((included) =>
    pollIds.includes(idIn(objectOf(included), 'id')),
  );
  const names = [
    idIn(payload, 'author_id'),
    idIn(payload, 'in_reply_to_user_id'),
    ...posts.map((included) => idIn(objectOf(included), 'author_id')),
  ];
  const users = usersIn(includes['users'], names);
  return itemOf({ ...about, kind: 'post', event: payload, users, posts, media, polls });
}
