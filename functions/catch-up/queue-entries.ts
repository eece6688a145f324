import { atMost } from '#shared/at-most';
import { readItem } from '#shared/aws/store/table';
import type { CatchUpList, ListedEntry } from '#shared/connector/catch-up';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import type { AccountRun } from './account-run.ts';
import { noteMissed } from './gap.ts';

const readsAtOnce = 10;

/** A reading that came to its end: all entries from `since` on. */
interface Read {
  readonly startedAt: string;
  readonly since: string;
  readonly entries: readonly ListedEntry[];
}

/**
 * Queues the entries of a reading that the table does not know, the oldest first, and moves the place of the list. A
 * gap that they prove is saved before they are queued: after a crash they would be known. Entries that are too young
 * are left to their webhook and read again.
 */
export async function queueEntries(
  run: AccountRun,
  { name, when }: CatchUpList,
  { startedAt, since, entries }: Read,
): Promise<void> {
  const { afterSeconds, enqueue, now } = run.dependencies;
  const horizonMs = now().getTime() - afterSeconds * 1000;
  const settled = entries.filter(({ occurredAt }) => Date.parse(occurredAt) <= horizonMs);
  const oldestFirst = settled.toReversed();
  const known = await atMost(readsAtOnce, oldestFirst, ({ id }) => isKnown(run, id));
  const missed = oldestFirst.filter((entry, index) => entry.isExpected && !known[index]);
  const sound = oldestFirst.filter((entry, index) => entry.isExpected && known[index]);
  if (when === 'always' || run.state.gap === undefined)
    await noteMissed(run, name, { missed, sound });
  if (missed.length > 0) run.missed[name] = (run.missed[name] ?? 0) + missed.length;

  const { connector, account } = run.setting;
  const receivedAt = run.nowIso();
  const items = oldestFirst.flatMap(({ item, isOwn }, index) =>
    item && (isOwn || !known[index]) ? [{ ...item, connector, account, receivedAt }] : [],
  );
  if (items.length > 0) await enqueue(items);
  const soundAt = [run.list(name).soundAt, sound.at(-1)?.occurredAt]
    .filter((time) => time !== undefined)
    .toSorted()
    .at(-1);
  await run.saveList(name, {
    readAt: startedAt,
    walk: undefined,
    after: settled[0]?.id ?? run.list(name).after,
    readSince: readSinceOf(run, name, since),
    soundAt,
  });
}

/** The time from which everything was read: of this reading, or of the ones before where it joins them. */
function readSinceOf(run: AccountRun, name: string, since: string): string {
  const { readSince, readAt } = run.list(name);
  if (readSince === undefined || readAt === undefined || since < readSince) return since;
  const readUntilMs = Date.parse(readAt) - run.dependencies.afterSeconds * 1000;
  return Date.parse(since) <= readUntilMs ? readSince : since;
}

/** True for a message that the table has. One that waits in a queue is queued again, and the table sees that it is one. */
async function isKnown({ dependencies, setting }: AccountRun, id: string): Promise<boolean> {
  const key = referenceKey(setting.connector, setting.account, id);
  const reference = await readItem(dependencies.table, ReferenceItem, key, true);
  return reference?.conversationId !== undefined;
}
