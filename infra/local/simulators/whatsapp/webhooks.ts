import { createHmac } from 'node:crypto';
import type { SimulatedAccount, Webhook } from '#infra/local/simulators/simulator';

/** One thing Meta has to tell about one business number; a body may carry many. */
export interface Update {
  readonly account: SimulatedAccount;
  readonly field: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Meta writes all updates of one account that it sends together into one body. */
export function joinedWebhooks(updates: readonly Update[]): readonly Webhook[] {
  const [first] = updates;
  return first === undefined ? [] : [webhookOf(first.account, updates)];
}

/**
 * One signed body for the updates of one account: those of the field `messages` joined into one change with its
 * lists one behind the other, as Meta does under load, every other as a change of its own.
 */
function webhookOf(account: SimulatedAccount, updates: readonly Update[]): Webhook {
  const messages = updates.filter(({ field }) => field === 'messages');
  const others = updates.filter(({ field }) => field !== 'messages');
  const values = [
    ...(messages.length > 0 ? [{ field: 'messages', value: joined(messages) }] : []),
    ...others,
  ];
  const changes = values.map(({ field, value }) => ({
    value: { messaging_product: 'whatsapp', metadata: metadataOf(account), ...value },
    field,
  }));
  return signed(account, {
    object: 'whatsapp_business_account',
    entry: [{ id: '215589313241560', changes }],
  });
}

function joined(updates: readonly Update[]): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const [name, member] of updates.flatMap((update) => Object.entries(update.value))) {
    const before = value[name];
    value[name] = Array.isArray(before) && Array.isArray(member) ? [...before, ...member] : member;
  }
  return value;
}

function metadataOf({ settings, address }: SimulatedAccount) {
  const display = settings['displayPhoneNumber'];
  return {
    display_phone_number: typeof display === 'string' ? display : '15550783881',
    phone_number_id: address,
  };
}

function signed(account: SimulatedAccount, value: unknown): Webhook {
  const body = escaped(value);
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
