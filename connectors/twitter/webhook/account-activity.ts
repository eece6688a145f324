import { idIn, listOf } from '#connectors/twitter/fields';
import { itemOf, type QueuedEvent, unreadableItem } from '#connectors/twitter/item';
import { usersInMap } from '#connectors/twitter/users';
import type { WebhookItem } from '#shared/connector/webhook';
import type { JsonObject } from '#shared/json';

/** The kinds of event in the old lists; every other list and object of the body is an event of kind `other`. */
const kinds: Readonly<Record<string, QueuedEvent['kind']>> = {
  direct_message_events: 'direct_message',
  tweet_create_events: 'post',
  tweet_delete_events: 'post_deletion',
  /** A compliance event. */
  delete: 'post_deletion',
};

/** Keys that are no events: they describe the events beside them. */
const companions = new Set(['users', 'apps']);

/** Splits an Account Activity API body: each of its keys but the companions holds a list of events, or one event. */
export function splitAccountActivity(body: JsonObject, ownUserId: string): readonly WebhookItem[] {
  const userId = idIn(body, 'for_user_id') ?? ownUserId;
  const events = Object.entries(body).filter(
    ([type, value]) => typeof value === 'object' && value !== null && !companions.has(type),
  );
  if (events.length === 0) return [unreadableItem(userId, body, 'a body without events')];
  return events.flatMap(([type, value]) =>
    (Array.isArray(value) ? listOf(value) : [value]).map((event) =>
      itemOf({
        kind: Object.hasOwn(kinds, type) ? (kinds[type] ?? 'other') : 'other',
        type,
        userId,
        event,
        ...(type === 'direct_message_events' ? { users: usersInMap(body['users'], event) } : {}),
      }),
    ),
  );
}
