import * as z from 'zod/mini';
import { jsonVariable } from './env.ts';
import { ConnectorError } from './errors.ts';
import { PriceSettings } from './model/price.ts';
import { PersonalDataSettings } from './reply/personal-data/settings.ts';

const Pacing = z.object({
  perSecond: z.number().check(z.positive()),
  burst: z.int().check(z.positive()),
});

/** One account as a function's environment names it: no secrets, only where the secret is. */
export const AccountSetting = z.object({
  connector: z.string(),
  account: z.string(),
  /**
   * The URL that the provider calls for this account; the base of every signature check. Never rebuilt from a header.
   */
  publicUrl: z.string(),
  apiUrl: z.string(),
  /** Absent where the connector needs no secret. */
  secretId: z.optional(z.string()),
  /** Read by the connector's own account schema. */
  settings: z.unknown(),
  /** In place of prices that the connector declares. */
  prices: z.optional(PriceSettings),
  /** The personal data that public replies may not show, beside that of every account. */
  personalData: z.optional(PersonalDataSettings),
  /** In place of the pace that the connector declares. */
  pacing: z.optional(Pacing),
  /** The same for replies in public conversations, which have a bucket of their own then. */
  publicPacing: z.optional(Pacing),
});
export type AccountSetting = z.infer<typeof AccountSetting>;

/** The `ACCOUNTS` environment variable: a JSON list of the accounts a function serves. */
export const AccountsVariable = z.pipe(
  z.pipe(z.string(), jsonVariable('ACCOUNTS')),
  z.array(AccountSetting),
);

/** Finds one account. Throws `unknown_account`: the webhook path names no account of this stage, answered 404. */
export function accountNamed(
  accounts: readonly AccountSetting[],
  connector: string,
  account: string,
): AccountSetting {
  const found = accounts.find((each) => each.connector === connector && each.account === account);
  if (!found) throw new ConnectorError('unknown_account', `no account ${connector}/${account}`);
  return found;
}
