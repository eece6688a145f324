import { createHash, randomBytes } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LambdaFunction } from '#infra/local/lambda/function';
import { type RunningStack, startStack } from '#infra/local/stack';
import { archivedUnder, everythingWritten, untilIdle } from '#test/support/aws/stored';
import { sendMail, sendRawMail } from '#test/support/mail/mail';
import { scratchFolder } from '#test/support/runner/scratch';
import { type LocalStack, openLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import {
  accountOf,
  post,
  twilioWebhook,
  whatsappWebhook,
} from '#test/support/webhooks/signed-webhooks';
import {
  twilioText,
  whatsappBody,
  whatsappChange,
  whatsappText,
} from '#test/support/webhooks/webhook-bodies';
import { type Captured, capture } from './capture.ts';

const ada = '16505551234';
/** Too random to be packed: its raw item goes to the archive. */
const noise = randomBytes(900).toString('base64');
const place = { latitude: 52.5, longitude: 13.25, name: 'Office' };
let folder: string;
let running: RunningStack;
let stack: LocalStack;

/** Today's stack, or an older one: its normalize knows neither locations nor the SMS account, and holds spam back. */
async function start(isOld: boolean): Promise<void> {
  const adjust = (fn: LambdaFunction) => {
    if (!isOld || !fn.label.startsWith('normalize')) return fn;
    return holdingSpam(fn.label === 'normalize' ? older(fn) : fn);
  };
  running = await startStack({ localDir: join(folder, 'stack'), port: 0, quiet: true, adjust });
  stack = openLocalStack(running.stack);
}

function older(fn: LambdaFunction): LambdaFunction {
  const codeDirectory = join(folder, 'older');
  cpSync(fn.codeDirectory, codeDirectory, { recursive: true });
  const bundle = join(codeDirectory, 'index.mjs');
  // The reader of locations, among those of its neighbours, in minified code.
  const parts = readFileSync(bundle, 'utf8').split(/(?<=,)location(?=:[\w$]+,contacts:)/);
  expect(parts).toHaveLength(2);
  writeFileSync(bundle, parts.join('not_known_yet'));
  const accounts: { connector: string }[] = JSON.parse(fn.environment['ACCOUNTS'] ?? '[]');
  const known = accounts.filter(({ connector }) => connector !== 'twilio');
  expect(known).toHaveLength(accounts.length - 1);
  return {
    ...fn,
    codeDirectory,
    environment: { ...fn.environment, ACCOUNTS: JSON.stringify(known) },
  };
}

function holdingSpam(fn: LambdaFunction): LambdaFunction {
  const accounts: { connector: string; settings: object }[] = JSON.parse(
    fn.environment['ACCOUNTS'] ?? '[]',
  );
  const holding = accounts.map((each) =>
    each.connector === 'email' ? { ...each, settings: { ...each.settings, spam: 'hold' } } : each,
  );
  return { ...fn, environment: { ...fn.environment, ACCOUNTS: JSON.stringify(holding) } };
}

async function stop(): Promise<void> {
  await stack?.stop();
  await running?.stop();
}

async function whatsapp(...messages: readonly object[]): Promise<void> {
  const body = whatsappBody([whatsappChange(running.stack, { messages })]);
  expect((await post(whatsappWebhook(running.stack, body))).status).toBe(200);
}

async function sms(sid: string, text: string): Promise<void> {
  const parameters = twilioText(running.stack, '+14155550123', sid, text);
  expect((await post(twilioWebhook(running.stack, parameters))).status).toBe(200);
}

async function spam(text: string): Promise<void> {
  const { address: to } = accountOf(running.stack, 'email');
  const head = ['X-Test-Spam: fail', 'From: eve@evil.example', `To: ${to}`, 'Subject: Pills'];
  const raw = [...head, '', text].join('\r\n');
  expect(await sendRawMail(running.stack, raw, { from: 'eve@evil.example', to })).toBe(250);
}

/** A report about a mail that is not ours. */
async function strangeBounce(): Promise<void> {
  const { address: to } = accountOf(running.stack, 'email');
  const from = 'mailer-daemon@mx.customer.example';
  const head = [
    `From: ${from}`,
    `To: ${to}`,
    'Subject: Undelivered mail',
    'Message-ID: <b@mx.customer.example>',
  ];
  const raw = [...head, '', 'bob@customer.example: 550 5.1.1 User unknown'].join('\r\n');
  expect(await sendRawMail(running.stack, raw, { from, to })).toBe(250);
}

const switchboard = (...args: string[]): Promise<Captured> => capture(args, join(folder, 'stack'));
const replayed = async (...args: string[]) => {
  const { data, fault } = await switchboard('replay', ...args, '--json');
  expect(fault).toBeUndefined();
  return data.map((line) => JSON.parse(line));
};
/** Two people who do not know of each other. */
const twiceAtOnce = (...args: string[]) =>
  Promise.all([replayed(...args, '--yes'), replayed(...args, '--yes')]);
const outcomes = (items: { outcomes: { kind: string; outcome: string }[] }[]) =>
  items.flatMap((each) => each.outcomes.map(({ kind, outcome }) => `${kind} ${outcome}`));
const heard = (type: string) =>
  stack.helpdesk.heard
    .map(({ event }) => event)
    .filter((event) => event.type === `switchboard.${type}.v1`);

beforeAll(async () => {
  folder = scratchFolder('cli-replay-');
  await start(true);
  const at = { timestamp: String(Math.floor(Date.now() / 1000)) };
  await whatsapp(whatsappText(ada, 'wamid.text', 'hello'));
  await whatsapp({ from: ada, id: 'wamid.place', ...at, type: 'location', location: place });
  await whatsapp(whatsappText(ada, 'wamid.typo', 'helo'));
  await whatsapp(whatsappText(ada, 'wamid.long', noise));
  await whatsapp({
    ...{ from: ada, id: 'wamid.edit', ...at, type: 'edit' },
    edit: {
      original_message_id: 'wamid.typo',
      message: { type: 'text', text: { body: 'hello again' } },
    },
  });
  await post(whatsappWebhook(running.stack, 'no JSON'));
  await sms(`SM${'1'.repeat(32)}`, 'one');
  await sms(`SM${'2'.repeat(32)}`, 'two');
  await sendMail(running.stack, { from: 'ada@customer.example', text: 'Hello by mail' });
  await stack.helpdesk.waitFor(({ data }) => data.message?.channel === 'email');
  await spam('Buy our pills');
  await strangeBounce();
  await untilIdle(stack);
  expect(heard('message.updated')).toHaveLength(1);
  await stop();
  await start(false);
}, 180_000);
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('items that were quarantined or misread', { timeout: 120_000 }, () => {
  it('dry-run: says what would be stored and what would change, and changes nothing', async () => {
    const before = await everythingWritten(stack);
    // Customers have no order among each other: whose item was set aside first is the queue's doing.
    const quarantined = (await replayed('quarantine', '--dry-run')).toSorted((a, b) =>
      b.connector.localeCompare(a.connector),
    );
    expect(quarantined).toMatchObject([
      { connector: 'whatsapp', willReplay: false, unreadable: expect.stringContaining('not JSON') },
      {
        connector: 'twilio',
        willReplay: true,
        quarantined: { reason: 'no account twilio/main' },
        outcomes: [{ kind: 'message', outcome: 'new', note: '+14155550123: one' }],
      },
      { connector: 'twilio', willReplay: true },
    ]);
    const archived = await replayed('--since', '1h', '--dry-run');
    expect(outcomes(archived).toSorted()).toEqual([
      'edit same',
      'message changed',
      'message same',
      'message same',
      'message same',
      'message same',
    ]);
    // An edit has no reference of its own, and the long text does not fit into one.
    expect(archived.filter(({ uri }) => uri).flatMap(({ outcomes: [{ kind }] }) => kind)).toEqual([
      'edit',
    ]);
    const [{ messageId, outcomes: changed }] = archived.filter(({ willReplay }) => willReplay);
    expect(changed[0].changes).toEqual(
      expect.arrayContaining([
        { field: 'content.type', stored: 'unsupported', read: 'location', corrected: true },
        { field: 'content.latitude', read: 52.5, corrected: true },
      ]),
    );
    const { data, notes } = await switchboard('replay', messageId, '--dry-run');
    expect(data.join('\n')).toMatch(/would be corrected: msg_[a-z2-7]{26}_2$/m);
    expect(data).toContain('    content.type: "unsupported" → "location"');
    expect(notes).toEqual(['1 item: 1 to replay', 'to replay: the same command without --dry-run']);
    expect(await everythingWritten(stack)).toEqual(before);
  });

  it('narrows to a connector, and says when nothing is there', async () => {
    const mails = await replayed('--since', '1h', '--connector', 'email', '--dry-run');
    expect(mails).toMatchObject([{ connector: 'email', willReplay: false }]);
    const nobody = await switchboard('replay', 'quarantine', '--account', 'nobody', '--dry-run');
    expect(nobody).toMatchObject({
      data: [],
      notes: ['0 items: 0 to replay', expect.stringContaining('nothing was found')],
      fault: undefined,
    });
    const { archive } = running.stack.buckets;
    for (const what of [`s3://${archive}/raw/gone.json`, `msg_${'a'.repeat(26)}_1`]) {
      const gone = await switchboard('replay', what);
      const message = `nothing is kept under ${what}`;
      expect(gone.fault).toMatchObject({ exitCode: 1, message });
    }
  });

  it.each([
    [['replay'], 2, 'replay takes one of <message id>, <s3 uri>, quarantine, held and --since'],
    [
      ['replay', 'everything'],
      2,
      'everything: allowed are s3://…, the id of a message, quarantine',
    ],
    [['replay', 's3://elsewhere/raw/a.json'], 1, 's3://elsewhere/raw/a.json is no item'],
    [['replay', 's3://a/raw/', '--since', '1h'], 2, 's3://a/raw/ names the items'],
    [['show', 'cnv_x', '--raw'], 2, '--raw takes the id of a message'],
    [['show', 'msg_x', '--raw', '--json'], 2, '--raw and --json exclude each other'],
    [['show', `msg_${'a'.repeat(26)}_1`, '--raw'], 1, 'no message msg_a'],
    [['replay', 'quarantine'], 2, 'there is no terminal to ask on; --yes replays'],
  ])('%j is told what is allowed', async (args, exitCode, message) => {
    const fault: unknown = (await switchboard(...args)).fault;
    expect(fault).toMatchObject({ exitCode, message: expect.stringContaining(message) });
  });

  it('by its message: what is kept, byte for byte, wherever it lies', async () => {
    const archived = await replayed('--since', '1h', '--dry-run');
    const messages = archived.filter(({ messageId }) => messageId !== undefined);
    expect(messages).toHaveLength(5);
    const kept: string[] = [];
    for (const { messageId } of messages) {
      const { data, fault } = await switchboard('show', messageId, '--raw');
      expect(fault).toBeUndefined();
      kept.push(data.join(''));
    }
    for (const said of ['"hello"', '"location"', '"helo"', noise, '\nHello by mail']) {
      expect(kept.filter((text) => text.includes(said))).toHaveLength(1);
    }
    // A mail is raw itself; everything else is the item of its webhook.
    expect(kept.filter((text) => /^\{"account":"main",/.test(text))).toHaveLength(4);
    expect(await archivedUnder(stack, 'raw/')).toHaveLength(2);
    const [key] = (await archivedUnder(stack, 'raw/')).filter(({ text }) => text.includes(noise));
    const shown = await switchboard('show', idOfLong(messages, kept), '--json');
    expect(shown.fault).toBeUndefined();
    const sha256 = createHash('sha256')
      .update(key?.text ?? '')
      .digest('hex');
    expect(shown.data.join()).toContain(`"raw":{"sha256":"${sha256}"}`);
  });

  it('by its message: what is damaged is told, not shown', async () => {
    const [{ messageId }] = await replayed('--since', '1h', '--connector', 'email', '--dry-run');
    const mail = await storedMail();
    await stack.s3.send(new PutObjectCommand({ ...mail, Body: 'another mail' }));
    const { data, fault } = await switchboard('show', messageId, '--raw');
    expect(data).toEqual([]);
    expect(fault).toMatchObject({ exitCode: 1, message: expect.stringContaining('not what came') });
    await stack.s3.send(new PutObjectCommand(mail));
  });

  it('quarantine: what can be read now is published once, in its order', async () => {
    await twiceAtOnce('quarantine');
    await stack.helpdesk.waitFor(({ data }) => data.message?.channel === 'sms', { count: 2 });
    const texts = heard('message.received').map(({ data }) => data.message?.text);
    expect(texts.slice(-2)).toEqual(['one', 'two']);
    const { data } = await switchboard('replay', 'quarantine', '--dry-run');
    expect(data.filter((line) => /^ {2}stored since: msg_/.test(line))).toHaveLength(2);
  });

  it('archive: what is read differently is published as updated, and only that', async () => {
    await twiceAtOnce('--since', '1h');
    const [updated] = await stack.helpdesk.waitFor(
      ({ type }) => type === 'switchboard.message.updated.v1',
    );
    expect(updated?.data).toMatchObject({ content: { type: 'location', latitude: 52.5 } });
  });

  it('held: what the settings hold back is listed with its reason, and let in once', async () => {
    const held = await replayed('held', '--dry-run');
    expect(held.toSorted(byReason)).toMatchObject([
      {
        ...{ willReplay: false, quarantined: { reason: 'bounce_of_another_mail' } },
        ...{ sender: 'mailer-daemon@mx.customer.example', subject: 'Undelivered mail' },
        outcomes: [{ outcome: 'ignored' }],
      },
      {
        ...{ connector: 'email', willReplay: true, quarantined: { reason: 'held_as_spam' } },
        ...{ sender: 'eve@evil.example', subject: 'Pills' },
        outcomes: [{ kind: 'message', outcome: 'new', note: 'eve@evil.example: Buy our pills' }],
      },
    ]);
    const { data, notes: planned } = await switchboard('replay', 'held', '--dry-run');
    expect(data).toContain('  held: held_as_spam');
    expect(data).toContain('  from mailer-daemon@mx.customer.example: Undelivered mail');
    expect(planned.join()).toContain('2 items: 1 to replay, 1 left aside');
    const replay = () => switchboard('replay', 'held', '--yes');
    const [{ notes }] = await Promise.all([replay(), replay()]);
    expect(notes).toContain('1 put on mail-ingress');
    const [event] = await stack.helpdesk.waitFor(
      (each) => each.data.message?.text === 'Buy our pills',
    );
    expect(event?.data.message).toMatchObject({ authenticity: { spam: 'FAIL' } });
    const hint = notes.at(-1) ?? '';
    expect(hint).toMatch(/^ {2}\.\/switchboard tail --since \d+m --once$/);
    // `tail` shows what the publishing cursor has passed, which is written after the event is sent.
    const told = async () => (await switchboard(...hint.trim().split(' ').slice(1))).data.join();
    await expect.poll(told, { timeout: 20_000 }).toContain('Buy our pills');
  });

  it('held: a report of another mail is let in only by name', async () => {
    const [held] = (await replayed('held', '--dry-run')).filter(({ willReplay, sender }) =>
      sender.startsWith('mailer-daemon') ? !willReplay : false,
    );
    await twiceAtOnce(held?.uri);
    const [event] = await stack.helpdesk.waitFor(
      ({ data }) => data.message?.text === 'bob@customer.example: 550 5.1.1 User unknown',
    );
    expect(event?.data.message).toMatchObject({
      automated: true,
      metadata: { mailClass: 'bounce' },
    });
  });

  it('a second time changes nothing, neither at once nor later', async () => {
    await untilIdle(stack);
    expect(heard('message.received')).toHaveLength(4);
    expect(heard('message.updated')).toHaveLength(1);
    const before = await everythingWritten(stack);
    const again = [
      ...(await replayed('quarantine', '--yes')),
      ...(await replayed('held', '--yes')),
      ...(await replayed('--since', '1h', '--yes')),
    ];
    expect(again.filter(({ willReplay }) => willReplay)).toEqual([]);
    expect(await everythingWritten(stack)).toEqual(before);
    expect(await archivedUnder(stack, 'quarantine/')).toHaveLength(3);
    expect(brokenSince(stack)).toEqual([]);
  });
});

type Held = { readonly quarantined: { readonly reason: string } };

function byReason({ quarantined: one }: Held, { quarantined: other }: Held): number {
  return one.reason < other.reason ? -1 : 1;
}

/** The helpdesk of the older stack has heard what came first: only what is broken beside that counts. */
function brokenSince({ helpdesk }: LocalStack): string[] {
  return brokenPromises(helpdesk.heard).filter((broken) => !/ is \d+, not 1$/.test(broken));
}

function idOfLong(items: readonly { messageId: string }[], kept: readonly string[]): string {
  return items[kept.findIndex((text) => text.includes(noise))]?.messageId ?? '';
}

/** The object that SES has stored of Ada's mail. */
async function storedMail() {
  const Bucket = running.stack.buckets.mail;
  const { Contents = [] } = await stack.s3.send(new ListObjectsV2Command({ Bucket }));
  for (const { Key = '' } of Contents) {
    const { Body } = await stack.s3.send(new GetObjectCommand({ Bucket, Key }));
    const text = (await Body?.transformToString()) ?? '';
    if (text.includes('Hello by mail')) return { Bucket, Key, Body: text };
  }
  throw new Error('the mail is not stored');
}
