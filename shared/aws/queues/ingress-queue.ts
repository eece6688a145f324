import { atMost } from '#shared/at-most';
import { canonicalJson } from '#shared/canonical-json';
import { ConnectorError } from '#shared/errors';
import { hashOf } from '#shared/ids';
import type { IngressMessage } from '#shared/model/ingress';
import { queueBody } from '#shared/queue-message';
import type { ClaimChecks } from './claim-check.ts';
import { type GroupedMessage, type IngressItem, messagesOf } from './ingress-messages.ts';
import { type BatchEntry, type BatchQueue, callsAtOnce, sendBatches } from './send-batches.ts';

export interface IngressQueue extends BatchQueue {
  /** Takes what is too large for the queue; without it such an item is refused. */
  readonly claims?: ClaimChecks;
}

/** Above this an item's payload is left in S3: ten of the largest still make one batch of SQS's 1 MiB. */
const mostItemBytes = 100_000;

/**
 * Queues every item, in order, and returns only when SQS has accepted each of them. Throws `unavailable` when it
 * did not: the webhook is then answered 503 and comes again, and what was queued already is a duplicate then.
 *
 * Messages of one group never share a batch and never travel at once, because entries succeed and fail each on its
 * own: the second one of a customer could be accepted and the first one not.
 */
export async function enqueueItems(
  queue: IngressQueue,
  items: readonly IngressItem[],
): Promise<void> {
  for (const round of roundsOf(messagesOf(items))) {
    const entries = await atMost(callsAtOnce, round, (message) => entryOf(message, queue.claims));
    await sendBatches(queue, entries);
  }
}

/** The first message of every group, then the second of every group that has one, and so on. */
function roundsOf(messages: readonly GroupedMessage[]): GroupedMessage[][] {
  const rounds: GroupedMessage[][] = [];
  const seen = new Map<string, number>();
  for (const message of messages) {
    const number = seen.get(message.group) ?? 0;
    seen.set(message.group, number + 1);
    const round = rounds[number];
    if (round) round.push(message);
    else rounds.push([message]);
  }
  return rounds;
}

async function entryOf(
  { group, message }: GroupedMessage,
  claims: ClaimChecks | undefined,
): Promise<BatchEntry> {
  const { connector, account, deduplicationId } = message;
  const body = queueBody(message);
  return {
    MessageBody: body.length <= mostItemBytes ? body : await claimed(message, claims),
    MessageGroupId: group,
    MessageDeduplicationId: hashOf(connector, account, deduplicationId),
  };
}

/** The payload is written before the queue message that names it: a crash leaves an object nobody asks for. */
async function claimed(message: IngressMessage, claims: ClaimChecks | undefined): Promise<string> {
  if (!claims) throw new ConnectorError('body_too_large', 'this queue takes no large items');
  const { connector, account, deduplicationId, payload } = message;
  const key = `claims/${hashOf(connector, account, deduplicationId)}.json`;
  const claim = await claims.put(key, canonicalJson(payload));
  return queueBody({ ...message, payload: null, claim });
}
