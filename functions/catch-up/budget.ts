import { addSpending } from '#shared/aws/store/spending/spending';
import type { CatchUpList } from '#shared/connector/catch-up';
import { ConnectorError } from '#shared/errors';
import { microsPerDollar, type PricedUse, priceMicros } from '#shared/model/price';
import type { AccountRun } from './account-run.ts';

/** A page that the budget of the day still allows. */
export interface Reserved {
  readonly maxEntries: number;
  /** The most that it may cost. */
  readonly micros: number;
}

/**
 * Reserves the price of the next page before it is read, in the state of the account: a run that dies has spent too
 * much by our count, never too little. Undefined where the budget of the day does not allow the smallest page.
 */
export async function reservePage(
  run: AccountRun,
  list: CatchUpList,
  wantedEntries: number,
): Promise<Reserved | undefined> {
  const each = priceOfEntry(run, list);
  const left = run.settings.dollarsPerDay * microsPerDollar - spentToday(run);
  const maxEntries = Math.min(wantedEntries, Math.floor(left / each));
  if (maxEntries < list.pages.least) {
    await tellBudgetUsed(run, list);
    return undefined;
  }
  const micros = maxEntries * each;
  await spend(run, micros);
  return { maxEntries, micros };
}

/** Replaces a reservation by what was used, and adds that to the spending of the account's day. */
export async function settlePage(
  run: AccountRun,
  { micros: reserved }: Reserved,
  uses: readonly PricedUse[],
): Promise<void> {
  const micros = priceMicros(run.prices, uses);
  await spend(run, micros - reserved);
  if (uses.length === 0) return;
  const { table, now } = run.dependencies;
  await addSpending(table, run.setting, now(), { uses, micros });
}

/** A list without a price could spend without an end. */
function priceOfEntry({ prices }: AccountRun, { name, mostUses }: CatchUpList): number {
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

async function spend(run: AccountRun, micros: number): Promise<void> {
  const { spent } = run.state;
  const day = today(run);
  const told = spent?.day === day && spent.told;
  await run.save({ spent: { day, micros: Math.max(0, spentToday(run) + micros), told } });
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
    title: `the budget of ${dollarsPerDay} $ for catching up is used; it goes on tomorrow (UTC) where it stopped`,
    details: { dollarsPerDay, list: list.name },
  });
  await run.save({ spent: { day, micros: spentToday(run), told: true } });
}
