import { idIn } from '#connectors/twitter/fields';
import { deletedId, deletionAuthor } from '#connectors/twitter/item';
import type { Queued } from '#connectors/twitter/payload';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { objectOf } from '#shared/json';
import { customerOf } from './person.ts';
import { isoTime } from './time.ts';

/**
 * Reads the deletion of a post or a message, ours or a customer's. `ownUserId` is the account's: a subscription to a
 * customer's `post.delete` comes in the name of the customer. X's terms ask that what was stored of it goes too.
 */
export function parseDeletion(
  { event, userId }: Queued,
  ownUserId: string,
): readonly ChannelEvent[] {
  const told = objectOf(event);
  const providerMessageId = deletedId(told);
  if (!providerMessageId) return [{ kind: 'ignored', reason: 'a deletion that names no post' }];
  const occurredAt = isoTime(idIn(told, 'timestamp_ms', 'event_at'));
  const authorId = deletionAuthor(told) ?? userId;
  const by = authorId === ownUserId ? 'business' : customerOf(authorId, []);
  const target = { providerMessageId };
  // Named by its author: of two that wait for a post, one person's does not stand for the other's.
  const id = by === 'business' ? 'deleted' : `deleted:${authorId}`;
  return [{ kind: 'deletion', id, target, by, ...(occurredAt ? { occurredAt } : {}) }];
}
