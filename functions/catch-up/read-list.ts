import type { CatchUpList, ListedEntry, ReadPage } from '#shared/connector/catch-up';
import { hashOf } from '#shared/ids';
import type { AccountRun } from './account-run.ts';
import { reservePage, settlePage } from './budget.ts';
import { queueEntries } from './queue-entries.ts';

/** A reading under way: it goes from the newest entry to the oldest that is wanted. */
interface Reading {
  readonly startedAt: string;
  readonly entries: ListedEntry[];
  token: string | undefined;
  pageSize: number;
  /** The entries that were read before the provider refused the place where it stopped: this reading goes down through it. */
  below: readonly ListedEntry[];
  belowKey: string | undefined;
  isBudgetUsed: boolean;
}

/**
 * Reads a list from its newest entry back to where the last reading ended, then queues what it found, the oldest first.
 * A reading that has to stop (budget, rate limit, time) is kept and goes on later; nothing of it is queued before, or
 * older messages would come behind younger ones.
 */
export async function readList(run: AccountRun, list: CatchUpList, since: string): Promise<void> {
  const reading = await resume(run, list, since);
  for (;;) {
    const page = await nextPage(run, list, reading, since);
    if (page === undefined && reading.isBudgetUsed && isJoined(reading)) {
      await tellUnread(run, list, reading, since);
      break;
    }
    if (page === undefined) {
      await keep(run, list, reading);
      return;
    }
    reading.entries.push(...page.entries);
    reading.token = page.next;
    if (page.next === undefined) break;
    reading.pageSize = Math.min(list.pages.most, reading.pageSize * 2);
  }
  const entries = together(reading);
  const isQueued = await queueEntries(run, list, { startedAt: reading.startedAt, since, entries });
  if (isQueued) run.readLists.add(list.name);
}

/** True when a reading from the newest entry has come down to what an earlier one had read. */
function isJoined({ entries, below: [joint] }: Reading): boolean {
  const last = entries.at(-1);
  return joint !== undefined && last !== undefined && BigInt(last.id) <= BigInt(joint.id);
}

/** Lists everything that was read, newest first. Where nothing was refused, that is the entries as they came. */
function together({ entries, below }: Reading): readonly ListedEntry[] {
  if (below.length === 0) return entries;
  const all = new Map([...entries, ...below].map((entry) => [entry.id, entry]));
  return [...all.values()].toSorted((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1));
}

async function resume(run: AccountRun, list: CatchUpList, since: string): Promise<Reading> {
  const { name, pages, when } = list;
  const { walk } = run.list(name);
  // Without a gap, or where all was read before, the newest entry is likely the one that was read last.
  const isKnownBefore = run.state.gap === undefined || lowerBound(run, list, since) !== undefined;
  const pageSize = when === 'after_gap' && isKnownBefore ? pages.least : pages.first;
  const nothing = { entries: [], below: [], belowKey: undefined, isBudgetUsed: false };
  const anew = { ...nothing, startedAt: run.nowIso(), token: undefined, pageSize };
  if (walk === undefined) return anew;
  const below = walk.below === undefined ? [] : await run.dependencies.held.get(walk.below);
  const rest = below?.length ? { below, belowKey: walk.below } : {};
  if (walk.token === undefined) return { ...anew, ...rest };
  const held = walk.held === undefined ? [] : await run.dependencies.held.get(walk.held);
  if (held === undefined) return { ...anew, ...rest };
  const { startedAt, token } = walk;
  return { ...nothing, ...rest, startedAt, token, entries: [...held], pageSize: pages.most };
}

type Page = Extract<ReadPage, { kind: 'page' }>;

/** Reads one page, its price reserved before. Undefined where the reading must stop. */
async function nextPage(
  run: AccountRun,
  list: CatchUpList,
  reading: Reading,
  since: string,
): Promise<Page | undefined> {
  if (!run.dependencies.hasTime()) return undefined;
  const { mostUses, pages } = list;
  const wanted = { mostUses, entries: reading.pageSize, least: pages.least };
  const reserved = await reservePage(run, list, wanted);
  if (reserved === undefined) {
    reading.isBudgetUsed = true;
    return undefined;
  }
  const after = lowerBound(run, list, since);
  const request = {
    ...{ list: list.name, since, maxEntries: reserved.maxEntries },
    ...(after === undefined ? {} : { after }),
    ...(reading.token === undefined ? {} : { token: reading.token }),
  };
  const page = await run.read((context) => run.catchUp.read(request, context));
  await settlePage(run, reserved, page.kind === 'page' ? page.charges : []);
  if (page.kind === 'page') return page;
  await run.heed(page);
  if (page.kind === 'rejected' && reading.token !== undefined) await turnBack(run, list, reading);
  return undefined;
}

/**
 * The place where a reading stopped is gone at the provider: what it has read is kept, and the next run reads from the
 * newest entry again. Where the budget ends that one, too, what both have read is queued: it would end each day so.
 */
async function turnBack(run: AccountRun, list: CatchUpList, reading: Reading): Promise<void> {
  if (reading.below.length === 0) {
    const { entries } = reading;
    const belowKey = entries.length > 0 ? await hold(run, list, reading, 'below') : undefined;
    Object.assign(reading, { below: entries, belowKey });
  }
  Object.assign(reading, { token: undefined, entries: [] });
}

/** Tells what could not be read, because the provider did not go on where the reading had stopped. */
async function tellUnread(
  run: AccountRun,
  { name }: CatchUpList,
  reading: Reading,
  since: string,
): Promise<void> {
  const { startedAt } = reading;
  const until = together(reading).at(-1)?.occurredAt ?? since;
  await run.alert({
    id: `messages_missed:${name}:${startedAt}`,
    code: 'messages_missed',
    title: `${name} from ${since} to ${until} were not read: the provider refused to go on where the budget or its limit had stopped the reading`,
    details: { list: name, since, until },
  });
}

/** The newest entry that was read before, where the readings before reach back as far as this one is to. */
function lowerBound(
  run: AccountRun,
  { name, when }: Pick<CatchUpList, 'name' | 'when'>,
  since: string,
): string | undefined {
  const { after, readSince } = run.list(name);
  return when === 'always' || readSince === undefined || readSince <= since ? after : undefined;
}

/** Keeps an unfinished reading: first what it has read, then the place where it goes on. */
async function keep(run: AccountRun, list: CatchUpList, reading: Reading): Promise<void> {
  const { startedAt, token, entries, belowKey: below } = reading;
  const { name } = list;
  if (token === undefined && below === undefined) return run.saveList(name, { walk: undefined });
  const isHeld = token !== undefined && entries.length > 0;
  const held = isHeld ? await hold(run, list, reading, token) : undefined;
  await run.saveList(name, { walk: { startedAt, token, held, below } });
}

/** Writes what a reading has read; returns the name of the object. */
async function hold(
  run: AccountRun,
  { name }: CatchUpList,
  { startedAt, entries }: Reading,
  place: string,
): Promise<string> {
  const { connector, account } = run.setting;
  const key = `claims/${hashOf('catch-up', connector, account, name, startedAt, place)}.json`;
  await run.dependencies.held.put(key, entries);
  return key;
}
