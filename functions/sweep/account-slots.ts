import { isoOf, type ReleaseDependencies } from '#shared/aws/publish/release';
import { namedAccount } from '#shared/aws/store/sending/pause';
import { reserveSlots } from '#shared/aws/store/sending/slots';

/** The slots of all accounts in one run of the sweep. */
export interface SlotsOfAccounts {
  /** True when an account may have a slot left; asked before an item is read. */
  readonly mayHave: (account: string) => boolean;
  /** The next slot of an account, as ISO 8601; undefined where it has no more within the near time. */
  readonly next: (account: string) => Promise<string | undefined>;
}

/** For an account without a pace: the queue is not to hold more than can go in the near time. */
const maxWithoutPace = 6000;
const blockWithoutPace = 100;
/** The number of replies that try, after a pause, if it is over; the others follow when one was taken. */
const maxProbes = 5;

interface Stock {
  readonly slots: number[];
  isOver: boolean;
  given: number;
}

/**
 * Reserves slots in blocks of about a second's worth: one write for many replies, and hardly any slot lost at the end of
 * the run.
 */
export function slotsOfAccounts(dependencies: ReleaseDependencies): SlotsOfAccounts {
  const stocks = new Map<string, Stock>();
  const tails = new Map<string, Promise<unknown>>();
  const stockOf = (name: string): Stock => {
    const stock = stocks.get(name) ?? { slots: [], isOver: false, given: 0 };
    stocks.set(name, stock);
    return stock;
  };
  const take = async (name: string): Promise<string | undefined> => {
    const stock = stockOf(name);
    if (stock.slots.length === 0 && !stock.isOver) await refill(dependencies, name, stock);
    const slotMs = stock.slots.shift();
    if (slotMs === undefined) return undefined;
    stock.given += 1;
    return isoOf(slotMs);
  };
  return {
    mayHave: (name) => !stockOf(name).isOver || stockOf(name).slots.length > 0,
    // One after the other: two that find the stock empty would reserve two blocks.
    next: (name) => {
      const taken = (tails.get(name) ?? Promise.resolve()).then(() => take(name));
      tails.set(
        name,
        taken.catch(() => undefined),
      );
      return taken;
    },
  };
}

async function refill(
  { target, pacingOf, nearSeconds }: ReleaseDependencies,
  name: string,
  stock: Stock,
): Promise<void> {
  const account = namedAccount(name);
  const pacing = pacingOf(account);
  const count = pacing ? Math.max(1, Math.ceil(pacing.perSecond)) : blockWithoutPace;
  const wanted = { now: target.now(), count, withinMs: nearSeconds * 1000 };
  const { slots, isProbing } = await reserveSlots(target.table, account, pacing, wanted);
  stock.slots.push(...(isProbing ? slots.slice(0, maxProbes) : slots));
  const isFull = !pacing && stock.given + count >= maxWithoutPace;
  stock.isOver = slots.length < count || isProbing || isFull;
}
