import { createHmac } from 'node:crypto';
import { accounts, credentialsOf } from '#test/faults/accounts';
import type { Customer, FaultAccount } from '#test/faults/channels/channel';
import { callingConnectors, channels } from '#test/faults/channels/channels';
import type { Random } from '#test/faults/random';
import type { Stage } from '#test/faults/stage';
import { type Forgery, forgeriesOf, type Genuine } from '#test/support/webhooks/forgeries';
import { messageWebhook, write } from './customers.ts';
import { type HttpEvent, requested } from './http-event.ts';
import { invokeReceive, statusOf } from './post.ts';

const forgeriesAtOnce = 5;
/** A fault of ours is answered 503, and whoever forges comes again as a provider does. */
const maxTries = 10;

/**
 * Posts forgeries at every door: some of the catalogue each time, a genuine webhook's signature over another body, and
 * what a door had signed itself. Each must be refused without a call to AWS.
 */
export async function postForgeries(
  stage: Stage,
  customers: readonly Customer[],
  random: Random,
): Promise<void> {
  for (const connector of callingConnectors) {
    const customer = customers.find(({ account }) => account.connector === connector);
    if (!customer) throw new Error(`nobody writes to ${connector}`);
    const { account } = customer;
    const mine = genuineOf(stage, customer, random);
    const other = genuineOf(stage, customer, random);
    const all = [...forgeriesOf(mine).values()];
    const chosen = Array.from({ length: forgeriesAtOnce }, () => random.pick(all));
    const headers = {
      'content-type': mine.contentType,
      [mine.header]: mine.sign(mine.body, mine.secret),
    };
    const replayed: Forgery = { method: 'POST', headers, body: other.body, query: '' };
    for (const forgery of [...chosen, replayed]) await forge(stage, account, forgery);
  }
  await postSignedByUs(stage, random);
}

function genuineOf({ conditions }: Stage, customer: Customer, random: Random): Genuine {
  const webhook = messageWebhook([write(customer, random)]);
  const { account, body } = webhook;
  const credentials = credentialsOf(account, conditions.generation);
  const { sign } = channels[account.connector];
  const keys = { whatsapp: 'appSecret', twilio: 'authToken', twitter: 'consumerSecret', email: '' };
  const key = keys[account.connector];
  const headersOf = (bytes: Buffer, secret: string) =>
    sign?.({ ...webhook, body: bytes }, account.publicUrl, { [key]: secret }) ?? {};
  const headers = headersOf(body, '');
  const header = Object.keys(headers).find((name) => name.includes('signature')) ?? '';
  return {
    header,
    contentType: headers['content-type'] ?? '',
    body,
    secret: credentials[key] ?? '',
    sign: (bytes, secret) => headersOf(bytes, secret)[header] ?? '',
  };
}

/**
 * X's challenge signs a text that anybody may choose, with the key of its webhooks: the one that X has, or the one
 * that it is about to get.
 */
async function postSignedByUs(stage: Stage, random: Random): Promise<void> {
  const account = accounts.find(({ connector }) => connector === 'twitter');
  if (!account) throw new Error('no account of X');
  const token = Buffer.from(random.word(36)).toString('base64');
  const headers = { 'content-type': 'application/json' };
  const query = `crc_token=${encodeURIComponent(token)}`;
  const { generation, storedGeneration } = stage.conditions;
  const asked = await untilAnswered(stage, account, {
    method: 'GET',
    headers,
    body: Buffer.alloc(0),
    query,
  });
  const { response_token: signature = '' } = JSON.parse(asked.body) as { response_token?: string };
  const right = [generation, storedGeneration].map((each) => {
    const { consumerSecret = '' } = credentialsOf(account, each);
    return `sha256=${createHmac('sha256', consumerSecret).update(token).digest('base64')}`;
  });
  if (!right.includes(signature)) {
    stage.ledger.violations.push(`X’s challenge was answered wrongly (status ${asked.status})`);
  }
  await forge(stage, account, {
    method: 'POST',
    headers: { ...headers, 'x-twitter-webhooks-signature': signature },
    body: Buffer.from(token),
    query: '',
  });
}

async function forge(stage: Stage, account: FaultAccount, forgery: Forgery): Promise<void> {
  stage.faults.add(`provider: forged webhook of ${account.connector}`);
  const { status } = await untilAnswered(stage, account, forgery);
  if (status === 401 || status === 403) return;
  stage.ledger.violations.push(`a forged webhook of ${account.connector} was answered ${status}`);
}

/** Asks until it is answered; no try may have called AWS. */
async function untilAnswered(
  stage: Stage,
  account: FaultAccount,
  forgery: Forgery,
): Promise<{ readonly status: number; readonly body: string }> {
  const event = eventOf(account, forgery);
  for (let attempt = 1; ; attempt += 1) {
    const { ending, calls } = await invokeReceive(stage, account.connector, event, true);
    const status = statusOf(ending);
    if (calls.length > 0) {
      stage.ledger.violations.push(`an unverified request led to ${calls.join(', ')}`);
    }
    if (status < 500 || attempt === maxTries) {
      const { body = '' } = ('value' in ending ? ending.value : {}) as { body?: string };
      return { status, body };
    }
  }
}

function eventOf({ connector, account }: FaultAccount, forgery: Forgery): HttpEvent {
  const path = `/webhooks/${connector}/${account}`;
  return requested({ ...forgery, path, parameters: { account } });
}
