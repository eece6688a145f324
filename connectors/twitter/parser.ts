import type { ChannelEvent } from '#shared/connector/channel-event';
import type { ParseInput } from '#shared/connector/parser';
import { objectOf } from '#shared/json';
import { Account } from './account.ts';
import { parseAlert } from './inbound/alert.ts';
import { parseDeletion } from './inbound/deletion.ts';
import { parseDirectMessage } from './inbound/direct-message.ts';
import { parseOtherEvent } from './inbound/other-event.ts';
import { parsePost } from './inbound/post.ts';
import { type Queued, readQueued } from './payload.ts';
import { prices } from './prices.ts';

/** Reads one item of X's into canonical values. Throws `unreadable_payload` for a message without ids. */
export function parse({ payload, account }: ParseInput): readonly ChannelEvent[] {
  const queued = readQueued(payload);
  const { address } = Account.parse(account);
  // A customer's deletion may come by a subscription to the customer: it names one post and nothing else.
  const isOurs = queued.userId === address || queued.kind === 'post_deletion';
  if (!isOurs) return [foreignActivity(queued, address)];
  // Catching up counts what it reads itself.
  const use = objectOf(payload)['caughtUp'] === true ? undefined : queued.type;
  return parseOwn(queued, address).map((event) => withUse(event, use));
}

/** A customer's message with the event that delivered it, which X charges for. */
function withUse(event: ChannelEvent, use: string | undefined): ChannelEvent {
  const isPriced = event.kind === 'message' && event.direction === 'inbound' && use !== undefined;
  return isPriced && Object.hasOwn(prices.perUse, use) ? { ...event, use } : event;
}

function parseOwn(queued: Queued, address: string): readonly ChannelEvent[] {
  switch (queued.kind) {
    case 'direct_message':
      return parseDirectMessage(queued);
    case 'post':
      return parsePost(queued);
    case 'post_deletion':
      return parseDeletion(queued, address);
    case 'alert':
      return [parseAlert(queued)];
    case 'other':
      return parseOtherEvent(queued);
  }
}

/**
 * One app may subscribe several users to one webhook. Read as ours, another user's messages would be answered in the
 * wrong name; the id is the user's, so that it is told once and not with each event.
 */
function foreignActivity({ userId }: Queued, address: string): ChannelEvent {
  return {
    kind: 'alert',
    id: `foreign_activity:${userId}`,
    channel: 'twitter',
    code: 'foreign_activity',
    title: `X sends the activity of user ${userId} to the webhook of user ${address}`,
    details: { userId, expectedUserId: address },
  };
}
