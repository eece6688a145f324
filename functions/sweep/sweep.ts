import type { Queue } from '#shared/aws/publish/normalized-queue';
import { type PublishTarget, publishMarked } from '#shared/aws/publish/publish';
import { dueReplies, expireParked } from '#shared/aws/store/attention';
import { clearDirty, dirtyConversations } from '#shared/aws/store/dirty';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import { answerDeadReplies } from './dead-replies.ts';
import { type LookAfterDependencies, lookAfter } from './look-after.ts';

export interface SweepDependencies extends LookAfterDependencies {
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

/**
 * Finishes what no queue message is left for: conversations whose publishing failed, replies whose sender died or
 * whose outcome is unknown, and commands that died on the replies queue. Each on its own; one that fails
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
