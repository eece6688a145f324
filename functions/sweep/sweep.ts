import { type PublishTarget, publishMarked } from '#shared/aws/publish/publish';
import type { ReleaseDependencies } from '#shared/aws/publish/release';
import type { Queue } from '#shared/aws/queues/queue';
import { placeOf, takeOffMissed } from '#shared/aws/store/due/check-due';
import { type DueItem, listDue } from '#shared/aws/store/due/due';
import { clearDirty, dirtyConversations } from '#shared/aws/store/publishing/dirty';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { DueClass } from '#shared/table/keys';
import { slotsOfAccounts } from './account-slots.ts';
import { campaigns } from './campaigns.ts';
import { checkDue, type DueCheckDependencies } from './check-due.ts';
import { answerDeadReplies } from './dead-replies.ts';
import { type Drained, type DrainedClass, drain } from './drain.ts';
import { checkStatus } from './status.ts';
import { releaseWaiting } from './waiting.ts';

export interface SweepDependencies extends DueCheckDependencies, ReleaseDependencies {
  /** The dead letters of the replies queue. */
  readonly deadReplies: Queue;
  /** The time left to this run. */
  readonly remainingSeconds: () => number;
}

/** The number of items of each kind that one run has finished. */
export interface Swept {
  readonly published: number;
  readonly replies: number;
  /** Replies that waited for their account, and are on the queue again. */
  readonly released: number;
  /** Updates whose message has not come for a day. */
  readonly orphaned: number;
  /** Commands that died before they were accepted, and whose callers know now. */
  readonly answered: number;
  /** The items that stay marked for the next run. */
  readonly failed: number;
}

/** The part of a run in which no new work begins: the work under way must have ended when the function does. */
const reserve = 1 / 6;

/** Workers of each class. An agent waits to learn if a reply was sent: that class gets as many as all others. */
const atOnce = { uncertain: 24, reply: 8, slot: 24, campaign: 24, dirty: 8, update: 8, status: 8 };
/** Larger pages for the lists of waiting items: for most items it is enough to read their owner. */
const pageOfWaiting = 1000;

/**
 * Finishes everything that no queue message is left for: replies that wait for their account, replies whose outcome is
 * unknown or whose sender died, conversations whose publishing failed, updates whose message did not come, and commands
 * that died on the replies queue. All classes are drained side by side, each by its own workers, until they are empty
 * or the time is used.
 */
export function sweeper(dependencies: SweepDependencies) {
  return async (): Promise<Swept> => {
    const { now, remainingSeconds } = dependencies;
    const reservedSeconds = remainingSeconds() * reserve;
    const hasTime = () => remainingSeconds() > reservedSeconds;
    const drained = <Item>(each: DrainedClass<Item>) => drain(each, now, hasTime);
    let orphaned = 0;
    let released = 0;
    const onReleased = () => (released += 1);
    const results = await Promise.allSettled([
      drained(replies(dependencies, 'uncertain')),
      drained(replies(dependencies, 'reply')),
      releaseAll(dependencies, drained, onReleased),
      drained(dirty(dependencies)),
      drained(missed(dependencies, () => (orphaned += 1))),
      answerDeadReplies(dependencies, hasTime),
      drained(statuses(dependencies)),
    ]);
    const [uncertain, others, waiting, published, updates, dead, asked] = allOf(results);
    if (orphaned > 0) logger.warn('updates without a message', { orphaned });
    count('UpdatesOrphaned', undefined, orphaned);
    return {
      published: published.done,
      replies: uncertain.done + others.done,
      released,
      orphaned,
      answered: dead.done,
      failed: [uncertain, others, waiting, published, updates, dead, asked].reduce(
        (sum, { failed }) => sum + failed,
        0,
      ),
    };
  };
}

type Results<Each extends readonly unknown[]> = {
  readonly [Index in keyof Each]: PromiseSettledResult<Each[Index]>;
};

/** Throws where a class could not be listed, once the others have had their time. */
function allOf<const Each extends readonly unknown[]>(results: Results<Each>): Each {
  const values = results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return values as unknown as Each;
}

function replies(
  dependencies: SweepDependencies,
  name: 'uncertain' | 'reply',
): DrainedClass<DueItem> {
  return {
    ...due(dependencies, name),
    work: (item) => checkDue(dependencies, placeOf(item)),
  };
}

type Drains = <Item>(each: DrainedClass<Item>) => Promise<Drained>;

/** Agents' replies first; campaigns get what they leave. */
async function releaseAll(
  dependencies: SweepDependencies,
  drained: Drains,
  onReleased: () => void,
): Promise<Drained> {
  const accounts = slotsOfAccounts(dependencies);
  const slots = await drained({
    ...due(dependencies, 'slot', pageOfWaiting),
    work: async (item) => {
      if (await releaseWaiting(dependencies, accounts, item)) onReleased();
    },
  });
  const planned = campaigns(dependencies);
  const others = await drained({
    ...due(dependencies, 'campaign', pageOfWaiting),
    work: async (item) => {
      if (await planned.release(item)) onReleased();
    },
  });
  await planned.close();
  return { done: slots.done + others.done, failed: slots.failed + others.failed };
}

/** Sent replies whose provider has told no final status in time. */
function statuses(dependencies: SweepDependencies): DrainedClass<DueItem> {
  return { ...due(dependencies, 'status'), work: (item) => checkStatus(dependencies, item) };
}

/** Updates whose message has not come in time. */
function missed(dependencies: SweepDependencies, isMissed: () => void): DrainedClass<DueItem> {
  return {
    ...due(dependencies, 'update'),
    work: async (item) => {
      if (await takeOffMissed(dependencies.target.table, item)) isMissed();
    },
  };
}

function due({ target, now }: SweepDependencies, name: DueClass, pageSize?: number) {
  return {
    name,
    list: listDue(target.table, name, now().toISOString(), pageSize),
    dueSince: ({ dueAt }: DueItem) => dueAt,
    ownerOf: ({ pk }: DueItem) => pk,
    atOnce: atOnce[name],
  };
}

function dirty({
  target,
}: SweepDependencies): DrainedClass<{ conversationId: string; dirtySince: string }> {
  return {
    name: 'dirty',
    list: dirtyConversations(target.table),
    dueSince: ({ dirtySince }) => dirtySince,
    ownerOf: ({ conversationId }) => conversationId,
    work: ({ conversationId }) => publishDirty(target, conversationId),
    atOnce: atOnce.dirty,
  };
}

async function publishDirty(target: PublishTarget, conversationId: string): Promise<void> {
  const { sequence, dirtySince = '', dirtyEntries } = await publishMarked(target, conversationId);
  failpoint('sweep.afterPublish');
  count('ConversationsSwept');
  const entries = dirtyEntries ?? new Set<number>();
  await clearDirty(target.table, conversationId, { dirtySince, sequence, entries });
}
