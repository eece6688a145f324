import { accounts } from '#test/faults/accounts';
import type { Customer, Webhook, Written } from '#test/faults/channels/channel';
import { channels } from '#test/faults/channels/channels';
import type { Random } from '#test/faults/random';

/** Of ten people so many write to each account, by its place in the list. */
const shares = [0, 0, 0, 0, 1, 2, 2, 3, 3, 4] as const;

/** The same people for the same seed; most of them with the first account. */
export function inventCustomers(count: number): readonly Customer[] {
  return Array.from({ length: count }, (_, index) => {
    const account = accounts[shares[index % shares.length] ?? 0];
    if (!account) throw new Error('no accounts');
    return { account, address: channels[account.connector].customerAddress(index) };
  });
}

let written = 0;

export function write(customer: Customer, random: Random, more: Partial<Written> = {}): Written {
  written += 1;
  const marker = `mk-in${written}x${random.word(8)}`;
  const providerId = channels[customer.account.connector].providerId(marker);
  return { customer, providerId, marker, ...more };
}

/** One webhook with messages of one account; most providers post each alone. */
export function messageWebhook(messages: readonly Written[]): Webhook {
  const [first, ...others] = messages;
  if (!first) throw new Error('a webhook needs a message');
  return channels[first.customer.account.connector].messageWebhook([first, ...others]);
}
