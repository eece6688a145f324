import { accounts, type FaultAccount } from '#test/faults/accounts';
import type { Random } from '#test/faults/random';
import { metaWebhook, twilioWebhook, type Webhook } from './sign.ts';

export interface Customer {
  readonly account: FaultAccount;
  /** Digits only. */
  readonly phone: string;
}

/** One message a customer writes. The marker is a word that nothing else holds. */
export interface Written {
  readonly customer: Customer;
  readonly providerId: string;
  readonly marker: string;
}

/** The same people for the same seed; most of them with the first account. */
export function inventCustomers(count: number): readonly Customer[] {
  return Array.from({ length: count }, (_, index) => {
    const account = accounts[[0, 0, 0, 1, 2, 2][index % 6] ?? 0];
    if (!account) throw new Error('no accounts');
    return { account, phone: `4917${String(100_000_000 + index)}` };
  });
}

let written = 0;

export function write(customer: Customer, random: Random): Written {
  written += 1;
  const marker = `mk-in${written}x${random.word(8)}`;
  const providerId =
    customer.account.connector === 'whatsapp'
      ? `wamid.${marker.slice(3)}`
      : `SM${Buffer.from(marker).toString('hex').padEnd(32, '0').slice(-32)}`;
  return { customer, providerId, marker };
}

/** One webhook with messages of one account; Twilio posts each alone. */
export function messageWebhook(messages: readonly Written[]): Webhook {
  const [first] = messages;
  if (!first) throw new Error('a webhook needs a message');
  const { account, phone } = first.customer;
  if (account.connector === 'twilio') {
    return twilioWebhook(account, {
      MessageSid: first.providerId,
      SmsSid: first.providerId,
      SmsStatus: 'received',
      From: `+${phone}`,
      To: account.address,
      Body: `hello ${first.marker}`,
      NumMedia: '0',
    });
  }
  const phones = [...new Set(messages.map(({ customer }) => customer.phone))];
  return metaWebhook(account, {
    contacts: phones.map((wa_id) => ({ profile: { name: 'Customer' }, wa_id })),
    messages: messages.map(({ customer, providerId, marker }) => ({
      from: customer.phone,
      id: providerId,
      timestamp: String(Math.floor(Date.now() / 1000)),
      type: 'text',
      text: { body: `hello ${marker}` },
    })),
  });
}

/** A reaction to a message; it may come before the message itself. */
export function reactionWebhook({ customer, providerId }: Written, id: string): Webhook {
  return metaWebhook(customer.account, {
    contacts: [{ profile: { name: 'Customer' }, wa_id: customer.phone }],
    messages: [
      {
        from: customer.phone,
        id,
        timestamp: String(Math.floor(Date.now() / 1000)),
        type: 'reaction',
        reaction: { message_id: providerId, emoji: '\u{1F44D}' },
      },
    ],
  });
}
