import type { Queue } from '#shared/aws/publish/normalized-queue';
import { requestSend } from '#shared/aws/publish/outbound-queue';
import { type PublishTarget, publish, publishMarked } from '#shared/aws/publish/publish';
import { dueReplies, expireParked, lookAgainAt, lookedAfter } from '#shared/aws/store/attention';
import { clearDirty, dirtyConversations } from '#shared/aws/store/dirty';
import { isOvertaken, overtakenError } from '#shared/aws/store/overtaken';
import { announceUncertain, settleFailed, settleUncertain } from '#shared/aws/store/settle';
import { type Place, readState } from '#shared/aws/store/state';
import { readMeta } from '#shared/aws/store/table';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { EntryState } from '#shared/table/state';
import { answerDeadReplies } from './dead-replies.ts';

export interface SweepDependencies {
  readonly target: PublishTarget;
  readonly now: () => Date;
  readonly uncertainAfterSeconds: number;
  /** The dead letters of the replies queue. */
  readonly deadReplies: Queue;
}

export interface Swept {
  readonly published: number;
  readonly replies: number;
  /** Updates whose message has not come for a day. */
  readonly orphaned: number;
  /** Commands that died before they were accepted, and whose callers know now. */
  readonly answered: number;
  readonly failed: number;
}

/** What one run takes on; the next comes a minute later. */
const conversationsPerRun = 100;
const repliesPerRun = 100;
const lookAgainSeconds = 900;

/**
 * Finishes what no queue message is left for: conversations whose publishing failed, replies whose sender died or
 * whose outcome has stayed unknown, and commands that died on the replies queue. Each on its own; one that fails
 * stays marked for the next run.
 */
export function sweeper(dependencies: SweepDependencies) {
  return async (): Promise<Swept> => {
    const { target, now } = dependencies;
    const dirty = await dirtyConversations(target.table, conversationsPerRun);
    const due = await dueReplies(target.table, now().toISOString(), repliesPerRun);
    const results = [
      ...(await each(dirty, (id) => publishDirty(target, id))),
      ...(await each(due, (place) => lookAfter(dependencies, place))),
    ];
    const orphaned = await expireParked(target.table, now().toISOString(), repliesPerRun);
    if (orphaned > 0) logger.warn('updates without a message', { orphaned });
    count('UpdatesOrphaned', undefined, orphaned);
    const dead = await answerDeadReplies(dependencies);
    const failed = results.filter((succeeded) => !succeeded).length + dead.failed;
    const { answered } = dead;
    return { published: dirty.length, replies: due.length, orphaned, answered, failed };
  };
}

async function each<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<boolean[]> {
  const results = [];
  for (const item of items) {
    try {
      await work(item);
      results.push(true);
    } catch (fault) {
      logger.error('sweep failed', { name: fault instanceof Error ? fault.name : 'unknown' });
      results.push(false);
    }
  }
  return results;
}

async function publishDirty(target: PublishTarget, conversationId: string): Promise<void> {
  const { sequence, dirtySince = '', dirtyEntries } = await publishMarked(target, conversationId);
  failpoint('sweep.afterPublish');
  count('ConversationsSwept');
  const entries = dirtyEntries ?? new Set<number>();
  await clearDirty(target.table, conversationId, { dirtySince, sequence, entries });
}

async function lookAfter(dependencies: SweepDependencies, place: Place): Promise<void> {
  const { target, now } = dependencies;
  const entry = await readState(target.table, place);
  switch (entry?.delivery?.state) {
    case 'sending': {
      // Claimed since it was listed: its sender is alive.
      if (Date.parse(entry.delivery.leaseUntil ?? '') > now().getTime()) return;
      // Due at once: the lease has outlived every callback worth waiting for.
      const lookAfterAt = now().toISOString();
      await settleUncertain(target.table, place, entry, { lookAfterAt });
      return;
    }
    case 'uncertain':
      return isOverdue(dependencies, entry)
        ? announce(dependencies, place, entry)
        : lookUp(dependencies, place, entry);
    case 'accepted':
      return askAgain(dependencies, place, entry);
    case 'failed':
      return finish(target, place);
    default:
      return;
  }
}

/**
 * Asks for a reply whose command is lost or dead to be sent, unless a later one of its conversation has gone out
 * meanwhile. Fenced by the attempt: a sender that has claimed it since decides itself.
 */
async function askAgain(
  { target, now }: SweepDependencies,
  place: Place,
  entry: EntryState,
): Promise<void> {
  const attempt = entry.delivery?.attempt ?? 0;
  if (!(await isOvertaken(target.table, place))) {
    await requestSend(target.outbound, place, attempt);
    return lookAgainAt(target.table, place, secondsFrom(now(), lookAgainSeconds));
  }
  const failure = { error: overtakenError, at: now().toISOString(), attempt };
  const settled = await settleFailed(target.table, place, { ...failure, staysDue: true });
  if (settled) await finish(target, place);
}

/** Publishes what was settled, and only then forgets it: no queue message would come back for it. */
async function finish(target: PublishTarget, place: Place): Promise<void> {
  const meta = await readMeta(target.table, place.conversationId);
  const entry = await readState(target.table, place);
  if (entry) await publish(target, meta, entry);
  await lookedAfter(target.table, place);
}

function isOverdue({ now, uncertainAfterSeconds }: SweepDependencies, entry: EntryState): boolean {
  const attemptedAt = Date.parse(entry.delivery?.attemptedAt ?? '');
  return now().getTime() >= attemptedAt + uncertainAfterSeconds * 1000;
}

/** Asks the sender to look it up at its provider, and comes again when the deadline has passed. */
async function lookUp(
  { target, uncertainAfterSeconds }: SweepDependencies,
  place: Place,
  { delivery }: EntryState,
): Promise<void> {
  await requestSend(target.outbound, place, delivery?.attempt);
  const attemptedAt = new Date(delivery?.attemptedAt ?? '');
  await lookAgainAt(target.table, place, secondsFrom(attemptedAt, uncertainAfterSeconds));
}

/** Never resent by itself: whether it reached the customer, only a person can find out now. */
async function announce(
  { target, now }: SweepDependencies,
  place: Place,
  { delivery }: EntryState,
): Promise<void> {
  const title = `nobody knows whether attempt ${delivery?.attempt ?? 0} was sent`;
  const error: DeliveryError = { code: 'outcome_unknown', title, retryable: false };
  const announced = await announceUncertain(target.table, place, {
    at: now().toISOString(),
    error,
  });
  if (announced) count('RepliesUncertain');
  return finish(target, place);
}

function secondsFrom(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}
