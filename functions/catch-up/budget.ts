import { addSpending } from '#shared/aws/store/spending/spending';
import type { CatchUpList, Charge } from '#shared/connector/catch-up';
import { ConnectorError } from '#shared/errors';
import { microsPerDollar, type PricedUse, priceMicros } from '#shared/model/price';
import type { AccountRun } from './account-run.ts';

/** A page that the budget of the day still allows. */
export interface Reserved {
  readonly maxEntries: number;
  /** The most that it may cost. */
  readonly micros: number;
}

/** Direct messages leave this part of the budget to the mentions, which are read in every run. */
const gapListsShare = 0.8;
/** The number of things that are remembered as paid for: those read again are the newest. */
const mostCounted = 400;

/** The most that a call reads, as its price is reserved: a number of entries, each with these uses. */
export interface Wanted {
  readonly entries: number;
  readonly least: number;
  readonly mostUses: readonly PricedUse[];
}

/**
 * Reserves the price of the next page before it is read, in the state of the account: a run that dies has spent too
 * much by our count, never too little. Undefined where the budget of the day does not allow the smallest page.
 */
export async function reservePage(
  run: AccountRun,
  list: CatchUpList,
  wanted: Wanted,
): Promise<Reserved | undefined> {
  const each = priceOfEntry(run, list.name, wanted);
  const share = list.when === 'always' ? 1 : gapListsShare;
  const left = run.settings.dollarsPerDay * microsPerDollar * share - spentToday(run);
  const maxEntries = Math.min(wanted.entries, Math.floor(left / each));
  if (maxEntries < wanted.least) {
    await tellBudgetUsed(run, list);
    return undefined;
  }
  const micros = maxEntries * each;
  await spend(run, micros);
  return { maxEntries, micros };
}

/**
 * Replaces a reservation by what was used, and adds that to the spending of the account's day. A thing that was counted
 * on the same day is not counted again.
 */
export async function settlePage(
  run: AccountRun,
  { micros: reserved }: Reserved,
  charges: readonly Charge[],
): Promise<void> {
  const before = countedToday(run);
  const all = new Map(charges.map((charge) => [`${charge.use}:${charge.id}`, charge]));
  const fresh = [...all].filter(([name]) => !before.includes(name));
  const uses = usesOf(fresh.map(([, charge]) => charge));
  const micros = priceMicros(run.prices, uses);
  const counted = [...before.filter((name) => !all.has(name)), ...all.keys()].slice(-mostCounted);
  await spend(run, micros - reserved, counted);
  if (uses.length === 0) return;
  const { table, now } = run.dependencies;
  await addSpending(table, run.setting, now(), { uses, micros });
}

function usesOf(charges: readonly Charge[]): readonly PricedUse[] {
  const counts = new Map<string, number>();
  for (const { use } of charges) counts.set(use, (counts.get(use) ?? 0) + 1);
  return [...counts].map(([use, count]) => ({ use, count }));
}

/** A list without a price could spend without an end. */
function priceOfEntry({ prices }: AccountRun, name: string, { mostUses }: Wanted): number {
  const micros = priceMicros(prices, mostUses);
  if (micros > 0) return micros;
  throw new ConnectorError('misconfigured', `the price table has no price for the list ${name}`);
}

function today(run: AccountRun): string {
  return run.nowIso().slice(0, 10);
}

function spentToday(run: AccountRun): number {
  const { spent } = run.state;
  return spent?.day === today(run) ? spent.micros : 0;
}

function countedToday(run: AccountRun): readonly string[] {
  const { spent } = run.state;
  return (spent?.day === today(run) && spent.counted) || [];
}

async function spend(run: AccountRun, micros: number, counted = countedToday(run)): Promise<void> {
  const { spent } = run.state;
  const day = today(run);
  const told = spent?.day === day && spent.told;
  const sum = Math.max(0, spentToday(run) + micros);
  await run.save({ spent: { day, micros: sum, told, counted: [...counted] } });
}

/** Tells it once on a day. The reading goes on the next day where it stopped. */
async function tellBudgetUsed(run: AccountRun, list: CatchUpList): Promise<void> {
  const { dollarsPerDay } = run.settings;
  const day = today(run);
  const { spent } = run.state;
  if (dollarsPerDay === 0 || (spent?.day === day && spent.told)) return;
  await run.alert({
    id: `budget_used:${day}`,
    code: 'budget_used',
    title: `the budget of ${dollarsPerDay} $ for catching up does not allow to read more of ${list.name} today; it goes on tomorrow (UTC) where it stopped`,
    details: { dollarsPerDay, list: list.name },
  });
  const counted = [...countedToday(run)];
  await run.save({ spent: { day, micros: spentToday(run), told: true, counted } });
}
