import { declarations } from '#connectors/declarations';
import { usageError } from './cli-error.ts';
import type { Stack } from './stage/stack.ts';

/** A customer of each channel who writes when nobody else is named. Numbers and domains that belong to nobody. */
const someCustomer: Readonly<Record<string, string>> = {
  whatsapp: '16505551234',
  sms: '+14155550123',
  rcs: 'rcs:+14155550123',
  twitter: '@ada',
  email: 'ada@customer.example',
};

/** The prefix by which a provider tells the channel from another one with the same addresses. */
const addressPrefix: Readonly<Record<string, string>> = { rcs: 'rcs:' };

/** The customer's address as the provider writes it on the channel; somebody's where none is given. */
function customerOn(channel: string, given: string | undefined): string {
  const prefix = addressPrefix[channel] ?? '';
  if (given === undefined) return someCustomer[channel] ?? 'customer';
  return given.startsWith(prefix) ? given : `${prefix}${given}`;
}

const carriers = Object.entries(declarations).map(
  ([connector, { channels }]) => [connector, Object.keys(channels)] as const,
);

/** Every channel that some connector carries. */
export const channelNames: readonly string[] = [
  ...new Set(carriers.flatMap(([, channels]) => channels)),
];

/** Where a customer's message enters. */
export interface Entrance {
  readonly channel: string;
  readonly connector: string;
  readonly account: string;
  readonly from: string;
  /** The simulator of the provider. */
  readonly provider: string;
}

/**
 * The way into this stack for a message on a channel: the first connector that carries it. Throws a usage error for
 * a channel or an account that does not exist.
 */
export function entranceOf(
  stack: Stack,
  given: string,
  { from, account }: { readonly from: string | undefined; readonly account: string | undefined },
): Entrance {
  // People who say X mean the connector whose API still calls itself Twitter's.
  const channel = given === 'x' ? 'twitter' : given;
  if (!channelNames.includes(channel)) {
    throw usageError(`no channel ${given}: allowed are ${channelNames.join(', ')}`, 'send');
  }
  const connector = carriers.find(([, channels]) => channels.includes(channel))?.[0] ?? '';
  const accounts = stack.accounts.filter((each) => each.connector === connector);
  const chosen = accounts.find((each) => account === undefined || each.account === account);
  const provider = stack.providers[connector];
  if (!chosen || provider === undefined) {
    const names = accounts.map((each) => each.account).join(', ') || 'none';
    const wanted = account === undefined ? 'no account' : `no account ${account}`;
    throw usageError(`${wanted} of ${connector} for ${channel}: allowed are ${names}`, 'send');
  }
  return { ...chosen, channel, provider, from: customerOn(channel, from) };
}
