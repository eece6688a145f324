import { atMost } from '#shared/at-most';
import { readItem } from '#shared/aws/store/table';
import type { CatchUpList, ListedEntry } from '#shared/connector/catch-up';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import type { AccountRun } from './account-run.ts';
import { reservePage, settlePage } from './budget.ts';
import { noteMissed, settledUntilMs } from './gap.ts';

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
 * are left to their webhook and read again. Where none can come by it, they are queued at once; the place of the list
 * still moves to the old ones only, because a list may show an older entry after a younger one. True when all is queued.
 */
export async function queueEntries(
  run: AccountRun,
  list: CatchUpList,
  { startedAt, since, entries }: Read,
): Promise<boolean> {
  const { name } = list;
  const horizonMs = settledUntilMs(run);
  const early = new Set(run.list(name).early);
  const settled = entries.filter(({ occurredAt }) => Date.parse(occurredAt) <= horizonMs);
  const oldestFirst = settled.filter(({ id }) => !early.has(id)).toReversed();
  const known = await atMost(readsAtOnce, oldestFirst, ({ id }) => isKnown(run, id));
  let rest: readonly Placed[] = oldestFirst.map((entry, index) => ({
    ...{ entry, isKnown: known[index] === true },
  }));
  await run.saveList(name, { walk: undefined });
  while (rest.length > 0) {
    const next = await lookedUp(run, list, rest);
    if (next === undefined) return false;
    await queuePart(run, list, next);
    rest = rest.slice(next.length);
  }
  const isYoung = (entry: ListedEntry) => !isOld(run, entry);
  await run.saveList(name, {
    readAt: startedAt,
    after: settled.find((entry) => isOld(run, entry))?.id ?? run.list(name).after,
    early: settled.filter(isYoung).map(({ id }) => id),
    readSince: readSinceOf(run, name, since),
  });
  return true;
}

interface Placed {
  readonly entry: ListedEntry;
  /** The table has it. */
  readonly isKnown: boolean;
}

/**
 * The next entries to be queued, whole: as many of those that the table does not know as one look-up takes, with the
 * known ones between them. Undefined where the reading must stop; the next run begins there.
 */
async function lookedUp(
  run: AccountRun,
  list: CatchUpList,
  rest: readonly Placed[],
): Promise<readonly Placed[] | undefined> {
  const { name, lookUp } = list;
  const wanted = rest.filter(({ entry, isKnown: has }) => !has && !entry.isOwn);
  if (lookUp === undefined || wanted.length === 0) return rest;
  if (!run.dependencies.hasTime()) return undefined;
  const { most, mostUses } = lookUp;
  const asked = { mostUses, entries: Math.min(most, wanted.length), least: 1 };
  const reserved = await reservePage(run, list, asked);
  if (reserved === undefined) return undefined;
  const ids = wanted.slice(0, reserved.maxEntries).map(({ entry }) => entry.id);
  const page = await run.read((context) => run.catchUp.lookUp(name, ids, context));
  await settlePage(run, reserved, page.kind === 'page' ? page.charges : []);
  if (page.kind !== 'page') {
    await run.heed(page);
    return undefined;
  }
  const firstLeft = wanted[ids.length];
  const whole = new Map(page.entries.map((entry) => [entry.id, entry]));
  return rest
    .slice(0, firstLeft === undefined ? rest.length : rest.indexOf(firstLeft))
    .map((placed) => {
      const { entry } = placed;
      if (!ids.includes(entry.id)) return placed;
      // One that is gone since it was listed was deleted by its author.
      const { item: _, ...gone } = entry;
      return { ...placed, entry: whole.get(entry.id) ?? { ...gone, isExpected: false } };
    });
}

/** Queues entries that the table does not know, the oldest first, and moves the place of the list behind them. */
async function queuePart(
  run: AccountRun,
  { name, when }: CatchUpList,
  part: readonly Placed[],
): Promise<void> {
  const expected = part.filter(({ entry }) => entry.isExpected);
  const missed = expected.filter((each) => !each.isKnown).map(({ entry }) => entry);
  const sound = expected.filter((each) => each.isKnown).map(({ entry }) => entry);
  if (when === 'always' || run.state.gap === undefined)
    await noteMissed(run, name, { missed, sound });
  if (missed.length > 0) run.missed[name] = (run.missed[name] ?? 0) + missed.length;
  const { connector, account } = run.setting;
  const receivedAt = run.nowIso();
  const items = part.flatMap(({ entry: { item, isOwn }, isKnown: has }) =>
    item && (isOwn || !has) ? [{ ...item, connector, account, receivedAt }] : [],
  );
  if (items.length > 0) await run.dependencies.enqueue(items);
  const queued = part.map(({ entry }) => entry);
  const { after, early = [], soundAt } = run.list(name);
  const young = queued.filter((entry) => !isOld(run, entry)).map(({ id }) => id);
  await run.saveList(name, {
    after: queued.findLast((entry) => isOld(run, entry))?.id ?? after,
    early: [...early, ...young],
    soundAt: [soundAt, sound.at(-1)?.occurredAt]
      .filter((time) => time !== undefined)
      .toSorted()
      .at(-1),
  });
}

/** True for an entry that a list has shown for certain, with all that are older. */
function isOld({ dependencies }: AccountRun, { occurredAt }: ListedEntry): boolean {
  const { now, afterSeconds } = dependencies;
  return Date.parse(occurredAt) <= now().getTime() - afterSeconds * 1000;
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
