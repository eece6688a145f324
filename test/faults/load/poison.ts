import { accounts } from '#test/faults/accounts';
import type { Customer, FaultAccount, Webhook, Written } from '#test/faults/channels/channel';
import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { messageWebhook, write } from './customers.ts';
import { post } from './post.ts';

/** A body that nobody should send. `id` is the provider's id in it, where there is one to look for. */
interface Poisonous {
  readonly name: string;
  readonly webhook: Webhook;
  readonly id?: string;
}

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** Texts in the place of a customer's words, as they stand in JSON. */
const poisonedTexts: Readonly<Record<string, string>> = {
  'lone surrogates': String.raw`"\ud83d half an emoji \udc4d"`,
  'NUL and control characters': String.raw`"\u0000\u0001\u0007\u001b[31m\u007f\u0085"`,
  'an object with __proto__': '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}',
  'an array 100,000 deep': deep,
  'a number': '12e999',
  'half a million characters': `"${'x'.repeat(500_000)}"`,
};

/** A Meta webhook with one poisoned message and one good neighbour of the same customer. */
function poisonedMeta(customer: Customer, text: string, good: Written, id: string): Webhook {
  const webhook = messageWebhook([good, { ...good, providerId: id }]);
  const json = webhook.body.toString('utf8');
  const own = JSON.stringify(`hello ${good.marker}`);
  const at = json.lastIndexOf(own);
  const body = `${json.slice(0, at)}${text}${json.slice(at + own.length)}`;
  return { account: customer.account, subpath: '', body: Buffer.from(body) };
}

function wholeBodies(account: FaultAccount): readonly Poisonous[] {
  const whole = (name: string, body: Buffer): Poisonous => ({
    name,
    webhook: { account, body, subpath: '' },
  });
  return [
    whole('no JSON', Buffer.from('hello')),
    whole('empty body', Buffer.alloc(0)),
    whole('null', Buffer.from('null')),
    whole('invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
    whole('nothing but depth', Buffer.from(deep)),
    whole('four megabytes', Buffer.alloc(4_000_000, 0x20)),
  ];
}

function forms(customer: Customer, good: Written): readonly Poisonous[] {
  const many = Array.from({ length: 2000 }, (_, index) => `key${index}=${index}`).join('&');
  const extra = (name: string, text: string, id: string): Poisonous => {
    const { body } = messageWebhook([{ ...good, providerId: id }]);
    const webhook = {
      account: customer.account,
      subpath: '',
      body: Buffer.from(`${body}&${text}`),
    };
    return { name, webhook, id };
  };
  return [
    extra('2,000 form keys', many, `SM${'b'.repeat(32)}`),
    extra('__proto__ as a form key', '__proto__=1&constructor=2', `SM${'c'.repeat(32)}`),
    extra('NUL in a form', 'Extra=%00%01%FF', `SM${'d'.repeat(32)}`),
    {
      name: 'empty form',
      webhook: { account: customer.account, subpath: '', body: Buffer.alloc(0) },
    },
  ];
}

/** Posts every kind of poison, each beside a good message, and writes down how each was answered. */
export async function postPoison(
  stage: Stage,
  customers: readonly Customer[],
  random: Random,
): Promise<void> {
  const conversation = customers.find(({ account }) => account.connector === 'whatsapp');
  const form = customers.find(({ account }) => account.connector === 'twilio');
  const [account] = accounts;
  if (!conversation || !form || !account)
    throw new Error('poison needs a customer of each connector');
  for (const [name, text] of Object.entries(poisonedTexts)) {
    const good = write(conversation, random);
    const id = `wamid.poison${random.word(10)}`;
    const answered = await postOne(stage, {
      name,
      webhook: poisonedMeta(conversation, text, good, id),
      id,
    });
    if (answered.status < 300) stage.ledger.messages.push({ ...good, ...answered, position: 0 });
  }
  const formMarker = write(form, random);
  for (const each of [...wholeBodies(account), ...forms(form, formMarker)]) {
    await postOne(stage, each);
  }
}

async function postOne(stage: Stage, { name, webhook, id }: Poisonous) {
  const answered = await post(stage, webhook);
  const { status, residentBytes } = answered;
  stage.ledger.poison.push({ name, status, residentBytes, ...(id ? { id } : {}) });
  return answered;
}
