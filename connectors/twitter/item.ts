import { createHash } from 'node:crypto';
import type { WebhookItem } from '#shared/connector/webhook';
import { canonicalJson, type JsonObject, objectOf } from '#shared/json';
import { idIn, textIn } from './fields.ts';

/** A user as an item carries it: the fields that a contact needs, not the whole profile. */
export interface NamedUser {
  readonly id: string;
  readonly name?: string;
  readonly username?: string;
}

/** One event with everything of its envelope that `parse` needs: the payload of an item. */
export interface QueuedEvent {
  readonly kind: 'direct_message' | 'post' | 'post_deletion' | 'other' | 'alert';
  /** X's own name for it: `dm.received`, `tweet_create_events`, … */
  readonly type: string;
  /** The user whose activity this is. */
  readonly userId: string;
  readonly eventId?: string;
  /** The catch-up read it from a list; no webhook had brought it. */
  readonly caughtUp?: true;
  readonly event: unknown;
  readonly users?: readonly NamedUser[];
  /** The posts this one answers or quotes, where X sent them along. */
  readonly posts?: readonly unknown[];
  readonly media?: readonly unknown[];
  readonly polls?: readonly unknown[];
}

/**
 * Makes the item of an event. A message is named by its own id and our user id: replays and overlapping subscriptions
 * repeat it under other event ids, and between two of our accounts it is one event for each.
 */
export function itemOf(queued: QueuedEvent): WebhookItem {
  const { kind, userId } = queued;
  const event = objectOf(queued.event);
  switch (kind) {
    case 'direct_message':
      return {
        groupKey: [userId, otherParty(event, userId)],
        deduplicationId: named(queued, `dm:${textIn(event, 'type') ?? ''}`, idIn(event, 'id')),
        payload: queued,
      };
    case 'post':
      return {
        groupKey: [userId, correspondent(event, userId)],
        deduplicationId: named(queued, 'post', idIn(event, 'id')),
        payload: queued,
      };
    case 'post_deletion':
      return {
        groupKey: [userId, deletionAuthor(event) ?? userId],
        deduplicationId: named(queued, 'post-deletion', deletedId(event)),
        payload: queued,
      };
    case 'alert':
      return {
        groupKey: [userId, userId],
        deduplicationId: named(queued, 'alert', idIn(event, 'id')),
        payload: queued,
      };
    case 'other':
      return {
        groupKey: [userId, idIn(event, 'sender_id') ?? userId],
        deduplicationId: named(queued, queued.type, queued.eventId),
        payload: queued,
      };
  }
}

/** An authentic piece that cannot be split further, kept as it came. */
export function unreadableItem(userId: string, payload: unknown, reason: string): WebhookItem {
  return {
    groupKey: [userId, userId],
    deduplicationId: `unreadable:${userId}:${hashOf(payload)}`,
    payload,
    unreadable: reason,
  };
}

/** The id of what was deleted, in the form of either API or of a compliance event. */
export function deletedId(event: JsonObject): string | undefined {
  return deletedObjects(event)
    .map((each) => idIn(each, 'id'))
    .find((id) => id !== undefined);
}

/** The user who had written it. */
export function deletionAuthor(event: JsonObject): string | undefined {
  return deletedObjects(event)
    .map((each) => idIn(each, 'author_id', 'user_id'))
    .find((id) => id !== undefined);
}

function deletedObjects(event: JsonObject): readonly JsonObject[] {
  const named = ['status', 'tweet', 'post', 'direct_message'].map((name) => objectOf(event[name]));
  return [...named, event];
}

function otherParty(event: JsonObject, userId: string): string {
  const message = objectOf(event['message_create']);
  const senderId = idIn(message, 'sender_id') ?? userId;
  if (senderId !== userId) return senderId;
  return idIn(objectOf(message['target']), 'recipient_id') ?? userId;
}

function correspondent(event: JsonObject, userId: string): string {
  const authorId = idIn(event, 'author_id') ?? idIn(objectOf(event['user']), 'id');
  if (authorId !== undefined && authorId !== userId) return authorId;
  return idIn(event, 'in_reply_to_user_id') ?? userId;
}

function named({ userId, event }: QueuedEvent, prefix: string, id: string | undefined): string {
  return `${prefix}:${userId}:${id ?? hashOf(event)}`;
}

/** Canonical, because it is also written where an event is nested deeper than the stack. */
function hashOf(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(value ?? null))
    .digest('hex');
}
