import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { SimulatedAccount, SimulatedInbound, Webhook } from './simulator.ts';

/** Who a message is from or to: by phone, and by the id Meta made for this customer and this business. */
interface Person {
  readonly phone: string | undefined;
  readonly userId: string;
}

/** A customer by phone, or by a BSUID alone, as customers with a user name are. */
export function personOf(address: string): Person {
  if (/^[A-Z]{2}\./.test(address)) return { phone: undefined, userId: address };
  const phone = address.replace(/\D/g, '');
  const number = BigInt(`0x${createHash('sha256').update(phone).digest('hex').slice(0, 15)}`);
  return { phone, userId: `US.${number}` };
}

/** `wamid.` and base64, as Meta's ids are. */
export function newMessageId(phone: string): string {
  const bytes = Buffer.concat([Buffer.from(phone), randomBytes(16)]);
  return `wamid.HBgL${bytes.toString('base64').replaceAll('=', '')}`;
}

/** A customer's text message, addressed to our webhook. */
export function messageWebhook(
  account: SimulatedAccount,
  message: SimulatedInbound,
  id: string,
  at: Date,
): Webhook {
  const { phone, userId } = personOf(message.from);
  return signed(account, {
    contacts: [contactOf({ phone, userId }, message.name ?? 'Customer')],
    messages: [
      {
        ...(phone === undefined ? {} : { from: phone }),
        from_user_id: userId,
        id,
        timestamp: secondsOf(at),
        type: 'text',
        text: { body: message.text },
      },
    ],
  });
}

/** What Meta says of a message we sent. */
export function statusWebhook(
  account: SimulatedAccount,
  sent: { readonly id: string; readonly person: Person; readonly callbackData?: string },
  status: 'sent' | 'delivered',
  at: Date,
): Webhook {
  const { id, person, callbackData } = sent;
  return signed(account, {
    contacts: [contactOf(person, 'Customer')],
    statuses: [
      {
        id,
        status,
        timestamp: secondsOf(at),
        ...(person.phone === undefined ? {} : { recipient_id: person.phone }),
        recipient_user_id: person.userId,
        pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'service' },
        ...(callbackData === undefined ? {} : { biz_opaque_callback_data: callbackData }),
      },
    ],
  });
}

function contactOf({ phone, userId }: Person, name: string) {
  return {
    profile: { name },
    ...(phone === undefined ? {} : { wa_id: phone }),
    user_id: userId,
  };
}

function signed(account: SimulatedAccount, lists: Readonly<Record<string, unknown>>): Webhook {
  const display = account.settings['displayPhoneNumber'];
  const body = escaped({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '215589313241560',
        changes: [
          {
            value: {
              messaging_product: 'whatsapp',
              metadata: {
                display_phone_number: typeof display === 'string' ? display : '15550783881',
                phone_number_id: account.address,
              },
              ...lists,
            },
            field: 'messages',
          },
        ],
      },
    ],
  });
  const secret = account.credentials['appSecret'] ?? '';
  const hash = createHmac('sha256', secret).update(body).digest('hex');
  return {
    url: account.webhookUrl,
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hash}` },
    body,
  };
}

/** JSON as PHP writes it, and so as Meta signs it: `\u00e9` in lower case, `\/` for every slash. */
function escaped(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[\u007f-\uffff]/g, (unit) => {
      const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${hex}`;
    });
}

function secondsOf(at: Date): string {
  return String(Math.floor(at.getTime() / 1000));
}
