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
}

/**
 * Reads a list from its newest entry back to where the last reading ended, then queues what it found, the oldest first.
 * A reading that has to stop (budget, rate limit, time) is kept and goes on later; nothing of it is queued before, or
 * older messages would come behind younger ones. True when it came to its end.
 */
export async function readList(
  run: AccountRun,
  list: CatchUpList,
  since: string,
): Promise<boolean> {
  const reading = await resume(run, list);
  for (;;) {
    const page = await nextPage(run, list, reading, since);
    if (page === undefined) {
      await keep(run, list, reading);
      return false;
    }
    reading.entries.push(...page.entries);
    reading.token = page.next;
    if (page.next === undefined) break;
    reading.pageSize = Math.min(list.pages.most, reading.pageSize * 2);
  }
  await queueEntries(run, list, { ...reading, since });
  return true;
}

async function resume(run: AccountRun, { name, pages, when }: CatchUpList): Promise<Reading> {
  const { walk } = run.list(name);
  // Without a gap the newest entry is likely the one that was read last.
  const isRoutine = when === 'after_gap' && run.state.gap === undefined;
  const pageSize = isRoutine ? pages.least : pages.first;
  const anew = { startedAt: run.nowIso(), entries: [], token: undefined, pageSize };
  if (walk === undefined) return anew;
  const held = walk.held === undefined ? [] : await run.dependencies.held.get(walk.held);
  if (held === undefined) return anew;
  const { startedAt, token } = walk;
  return { startedAt, token, entries: [...held], pageSize: pages.most };
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
  const reserved = await reservePage(run, list, reading.pageSize);
  if (reserved === undefined) return undefined;
  const after = lowerBound(run, list, since);
  const request = {
    ...{ list: list.name, since, maxEntries: reserved.maxEntries },
    ...(after === undefined ? {} : { after }),
    ...(reading.token === undefined ? {} : { token: reading.token }),
  };
  const page = await run.catchUp.read(request, run.context);
  await settlePage(run, reserved, page.kind === 'page' ? page.uses : []);
  if (page.kind === 'page') return page;
  await run.heed(page);
  // The place where it stopped is gone at the provider: the next run reads from the beginning.
  if (page.kind === 'rejected') Object.assign(reading, { token: undefined, entries: [] });
  return undefined;
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
async function keep(run: AccountRun, { name }: CatchUpList, reading: Reading): Promise<void> {
  const { startedAt, token, entries } = reading;
  if (token === undefined) return run.saveList(name, { walk: undefined });
  const { connector, account } = run.setting;
  const held = `claims/${hashOf('catch-up', connector, account, name, startedAt, token)}.json`;
  if (entries.length > 0) await run.dependencies.held.put(held, entries);
  await run.saveList(name, {
    walk: { startedAt, token, ...(entries.length > 0 ? { held } : {}) },
  });
}
