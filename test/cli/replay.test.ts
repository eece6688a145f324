import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LambdaFunction } from '#infra/local/lambda/function';
import { type RunningStack, startStack } from '#infra/local/stack';
import { type LocalStack, openLocalStack } from '#test/support/local-stack';
import { sendMail } from '#test/support/mail';
import { brokenPromises } from '#test/support/promises';
import { post, twilioWebhook, whatsappWebhook } from '#test/support/signed-webhooks';
import { archivedUnder, everythingWritten, untilIdle } from '#test/support/stored';
import {
  twilioText,
  whatsappBody,
  whatsappChange,
  whatsappText,
} from '#test/support/webhook-bodies';
import { type Captured, capture } from './capture.ts';

const ada = '16505551234';
const place = { latitude: 52.5, longitude: 13.25, name: 'Office' };
let folder: string;
let running: RunningStack;
let stack: LocalStack;

/** Today's stack, or an older one: its normalize knows neither locations nor the SMS account. */
async function start(isOld: boolean): Promise<void> {
  const adjust = (fn: LambdaFunction) => (isOld && fn.label === 'normalize' ? older(fn) : fn);
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
  folder = mkdtempSync(join(tmpdir(), 'cli-replay-'));
  await start(true);
  const at = { timestamp: String(Math.floor(Date.now() / 1000)) };
  await whatsapp(whatsappText(ada, 'wamid.text', 'hello'));
  await whatsapp({ from: ada, id: 'wamid.place', ...at, type: 'location', location: place });
  await whatsapp(whatsappText(ada, 'wamid.typo', 'helo'));
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
    ]);
    const [{ uri, outcomes: changed }] = archived.filter(({ willReplay }) => willReplay);
    expect(changed[0].changes).toEqual(
      expect.arrayContaining([
        { field: 'content.type', stored: 'unsupported', read: 'location', corrected: true },
        { field: 'content.latitude', read: 52.5, corrected: true },
      ]),
    );
    const { data, notes } = await switchboard('replay', uri, '--dry-run');
    expect(data.join('\n')).toMatch(/would be corrected: msg_[a-z2-7]{26}_2$/m);
    expect(data).toContain('    content.type: "unsupported" → "location"');
    expect(notes).toEqual(['1 item: 1 to replay']);
    expect(await everythingWritten(stack)).toEqual(before);
  });

  it('narrows to a connector, and says when nothing is there', async () => {
    const mails = await replayed('--since', '1h', '--connector', 'email', '--dry-run');
    expect(mails).toMatchObject([{ connector: 'email', willReplay: false }]);
    const nobody = await switchboard('replay', 'quarantine', '--account', 'nobody', '--dry-run');
    expect(nobody).toMatchObject({ data: [], notes: ['0 items: 0 to replay'], fault: undefined });
    const { archive } = running.stack.buckets;
    const gone = await switchboard('replay', `s3://${archive}/raw/gone.json`);
    expect(gone.fault).toMatchObject({ exitCode: 1, message: expect.stringContaining('nothing') });
  });

  it.each([
    [['replay'], 2, 'replay takes one of <s3 uri>, quarantine and --since'],
    [['replay', 'everything'], 2, 'everything: allowed are s3://…, quarantine, or --since'],
    [['replay', 's3://elsewhere/raw/a.json'], 1, 's3://elsewhere/raw/a.json is no item'],
    [['replay', 's3://a/raw/', '--since', '1h'], 2, 'an s3 uri says all'],
    [['replay', 'quarantine'], 2, 'nobody is here to be asked; --yes replays'],
  ])('%j is told what is allowed', async (args, exitCode, message) => {
    const fault: unknown = (await switchboard(...args)).fault;
    expect(fault).toMatchObject({ exitCode, message: expect.stringContaining(message) });
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

  it('a second time changes nothing, neither at once nor later', async () => {
    await untilIdle(stack);
    expect(heard('message.received')).toHaveLength(2);
    expect(heard('message.updated')).toHaveLength(1);
    const before = await everythingWritten(stack);
    const again = [
      ...(await replayed('quarantine', '--yes')),
      ...(await replayed('--since', '1h', '--yes')),
    ];
    expect(again.filter(({ willReplay }) => willReplay)).toEqual([]);
    expect(await everythingWritten(stack)).toEqual(before);
    expect(await archivedUnder(stack, 'quarantine/')).toHaveLength(3);
    expect(brokenSince(stack)).toEqual([]);
  });
});

/** The helpdesk of the older stack has heard what came first: only what is broken beside that counts. */
function brokenSince({ helpdesk }: LocalStack): string[] {
  return brokenPromises(helpdesk.heard).filter((broken) => !/ is \d+, not 1$/.test(broken));
}
