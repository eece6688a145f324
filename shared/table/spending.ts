import * as z from 'zod';
import type { Key } from './keys.ts';

/**
 * `ACCOUNT#<connector>#<account>` / `SPENDING#<day>`: the estimated price of what an account used at its provider on one
 * day of UTC. An estimate: a worker that dies between a use and its count leaves it out.
 */
export const SpendingItem = z.looseObject({
  /** Millionths of a US dollar. */
  micros: z.number().int().nonnegative().default(0),
});

/** The spending of one day: the sum, and the number of uses by their names. */
export interface Spending {
  readonly micros: number;
  readonly uses: Readonly<Record<string, number>>;
}

/** The beginning of each attribute that counts a use, before its name. */
export const usePrefix = 'use:';

/** The spending that an item holds. */
export function spendingIn(item: z.infer<typeof SpendingItem>): Spending {
  const uses = Object.entries(item).flatMap(([name, count]) =>
    name.startsWith(usePrefix) && typeof count === 'number'
      ? [[name.slice(usePrefix.length), count] as const]
      : [],
  );
  return { micros: item.micros, uses: Object.fromEntries(uses) };
}

export function spendingKey(
  { connector, account }: { readonly connector: string; readonly account: string },
  at: Date,
): Key {
  return {
    pk: `ACCOUNT#${connector}#${account}`,
    sk: `SPENDING#${at.toISOString().slice(0, 10)}`,
  };
}
