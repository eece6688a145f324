import * as z from 'zod';
import type { LambdaFunction } from '#infra/local/lambda/function';
import { PriceSettings } from '#shared/model/price';

/** One account as the functions find it in their variable `ACCOUNTS`. */
export const LocalAccount = z.looseObject({
  connector: z.string(),
  account: z.string(),
  publicUrl: z.string(),
  apiUrl: z.string(),
  secretId: z.string().optional(),
  prices: z.optional(PriceSettings),
  settings: z.looseObject({ address: z.string().default('') }).catch({ address: '' }),
});
export type LocalAccount = z.infer<typeof LocalAccount>;

/** Every account that any function serves, each once, in the order they are first named. */
export function accountsOf(
  functions: readonly Pick<LambdaFunction, 'environment'>[],
): readonly LocalAccount[] {
  const named = functions.flatMap(({ environment }) =>
    z.array(LocalAccount).parse(JSON.parse(environment['ACCOUNTS'] ?? '[]')),
  );
  return [...new Map(named.map((each) => [`${each.connector}/${each.account}`, each])).values()];
}
