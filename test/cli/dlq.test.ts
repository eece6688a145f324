import { rmSync } from 'node:fs';
import {
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningStack, startStack } from '#infra/local/stack';
import { keptItems, queueDepths, untilIdle } from '#test/support/aws/stored';
import { scratchFolder } from '#test/support/runner/scratch';
import { type LocalStack, openLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';
import { type Captured, capture } from './capture.ts';

const ada = '16505551234';
const grace = '491701234567';
const texts = ['first', 'second', 'third'];
const waitFor = { timeout: 60_000, interval: 100 };
let folder: string;
let running: RunningStack;
let stack: LocalStack;

/** A stack whose normalize works, or one that looks for a table that is not there. */
async function start(isBroken: boolean): Promise<void> {
  running = await startStack({
    localDir: folder,
    port: 0,
    quiet: true,
    adjust: (fn) =>
      isBroken && fn.label === 'normalize'
        ? { ...fn, environment: { ...fn.environment, TABLE_NAME: 'no-such-table' } }
        : fn,
  });
  stack = openLocalStack(running.stack);
}

async function stop(): Promise<void> {
  await stack?.stop();
  await running?.stop();
}

/** The template allows twenty tries, which take half an hour. */
async function dieAfterOneTry(): Promise<void> {
  const { ingress, deadLetters } = running.stack.queues;
  const { Attributes } = await stack.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetters.ingress, AttributeNames: ['QueueArn'] }),
  );
  const policy = { deadLetterTargetArn: Attributes?.['QueueArn'], maxReceiveCount: 1 };
  await stack.sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: ingress,
      Attributes: { RedrivePolicy: JSON.stringify(policy) },
    }),
  );
}

async function write(from: string, id: string, text: string): Promise<void> {
  const body = whatsappBody([
    whatsappChange(running.stack, { messages: [whatsappText(from, id, text)] }),
  ]);
  expect((await post(whatsappWebhook(running.stack, body))).status).toBe(200);
}

const switchboard = (...args: string[]): Promise<Captured> => capture(args, folder);
const json = ({ data }: Captured) => data.map((line) => JSON.parse(line));
const dead = async () => (await queueDepths(stack))['ingress dead letters'];
const letters = async () =>
  json(await switchboard('dlq', 'list', '--json')).filter(({ kind }) => kind === 'message');
const received = () =>
  stack.helpdesk.heard.filter(({ event }) => event.type === 'switchboard.message.received.v1');
const textsHeard = () => received().map(({ event }) => event.data.message?.text);

beforeAll(async () => {
  folder = scratchFolder('cli-dlq-');
  await start(true);
  await dieAfterOneTry();
  for (const [at, text] of texts.entries()) await write(ada, `wamid.ada${at}`, text);
  await write(grace, 'wamid.grace', 'other');
  await vi.waitUntil(async () => (await dead()) === 4, waitFor);
}, 180_000);
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('messages the functions have given up on', { timeout: 120_000 }, () => {
  it('list: counts every queue, and names the oldest without taking any', async () => {
    const listed = await switchboard('dlq', 'list', '--json');
    expect(listed.fault).toBeUndefined();
    const lines = json(listed);
    expect(lines.filter(({ kind }) => kind === 'queue')).toEqual(
      [
        ...['ingress', 'statuses', 'normalized', 'replies', 'outbound', 'media'],
        ...['mail-ingress', 'mail'],
      ].map((queue) => ({
        kind: 'queue',
        queue,
        waiting: queue === 'ingress' ? 4 : 0,
        held: 0,
      })),
    );
    const found = lines.filter(({ kind }) => kind === 'message');
    // Of one group the emulator shows the oldest only.
    expect(found).toMatchObject([
      { number: 1, queue: 'ingress', about: 'whatsapp/main', messageId: expect.any(String) },
      { number: 2, queue: 'ingress', about: 'whatsapp/main' },
    ]);
    expect(await letters()).toMatchObject(found.map(({ messageId }) => ({ messageId })));
    expect(await queueDepths(stack)).toMatchObject({ 'ingress dead letters': 4 });
    const { data, notes } = await switchboard('dlq', 'list');
    expect(data.join('\n')).toMatch(/^ingress +4 dead letters$/m);
    expect(data.join('\n')).toMatch(/^ +1 {2}ingress +\d+ s +\d+ +whatsapp\/main +[0-9a-f-]{36}$/m);
    expect(notes[0]).toBe('and 2 more, behind these in their groups or younger');
  });

  it('show: tells everything of one, and why it died', async () => {
    const [{ messageId }] = await letters();
    for (const given of ['1', messageId, messageId.slice(0, 8)]) {
      const [shown] = json(await switchboard('dlq', 'show', given, '--json'));
      expect(shown).toMatchObject({
        messageId,
        body: { connector: 'whatsapp', account: 'main' },
        attributes: { MessageGroupId: expect.stringMatching(/^[0-9a-f]{64}$/) },
        reasons: [{ log: 'normalize.log', line: expect.stringContaining('message failed') }],
      });
    }
    const { data, notes } = await switchboard('dlq', 'show', '1');
    expect(notes).toEqual([`fix the fault, then: ./switchboard dlq redrive ${messageId}`]);
    expect(data.join('\n')).toMatch(
      /normalize\.log {2}.* message failed: ResourceNotFoundException/,
    );
    expect(data.join('\n')).toContain('"connector": "whatsapp"');
    expect(await dead()).toBe(4);
  });

  it.each([
    [['dlq'], 2, 'dlq takes list, show or redrive; given: nothing'],
    [['dlq', 'purge'], 2, 'dlq takes list, show or redrive; given: purge'],
    [['dlq', 'show'], 2, 'dlq show: <message> missing'],
    [['dlq', 'show', '99'], 1, 'no dead letter number 99'],
    [['dlq', 'redrive'], 2, 'dlq redrive takes one of <queue>, <message> and --all'],
    [['dlq', 'redrive', 'ingress', '--all'], 2, 'dlq redrive takes one of'],
    [['dlq', 'redrive', 'ingres'], 2, 'no queue ingres: allowed are ingress, statuses'],
  ])('%j is told what is allowed', async (args, exitCode, message) => {
    const fault: unknown = (await switchboard(...args)).fault;
    expect(fault).toMatchObject({ exitCode, message: expect.stringContaining(message) });
  });

  it('redrive --dry-run moves nothing', async () => {
    const { data, notes } = await switchboard('dlq', 'redrive', 'ingress', '--dry-run');
    expect(notes.at(-1)).toBe('to move them: the same command without --dry-run');
    expect(data).toHaveLength(2);
    expect(data[0]).toMatch(/^would move [0-9a-f-]{36} \(whatsapp\/main\) to ingress$/);
    expect(await dead()).toBe(4);
  });

  it('redrive while the fault lasts loses nothing', async () => {
    const shown = [];
    for (const { number } of await letters()) {
      shown.push(...json(await switchboard('dlq', 'show', String(number), '--json')));
    }
    const { messageId } = shown.find(({ body }) => JSON.stringify(body).includes(grace));
    expect((await switchboard('dlq', 'redrive', messageId)).data).toEqual([
      'ingress: 1 moved back',
    ]);
    await expect.poll(async () => (await letters()).length, waitFor).toBe(2);
    await expect.poll(dead, waitFor).toBe(4);
    expect((await letters()).map((each) => each.messageId)).not.toContain(messageId);
    expect(received()).toEqual([]);
  });

  it('redrive after it is mended publishes each once, in the order of its customer', async () => {
    await stop();
    await start(false);
    expect(await dead()).toBe(4);
    const [{ messageId }] = await letters();
    expect((await switchboard('dlq', 'redrive', messageId)).data).toEqual([
      'ingress: 1 moved back',
    ]);
    const { data, fault } = await switchboard('dlq', 'redrive', '--all', '--json');
    expect(fault).toBeUndefined();
    expect(data.map((line) => JSON.parse(line))).toContainEqual({ queue: 'ingress', moved: 3 });
    await expect.poll(() => received().length, waitFor).toBe(4);
    await untilIdle(stack);
    expect(textsHeard().filter((text) => text !== 'other')).toEqual(texts);
    expect(textsHeard()).toContain('other');
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
    expect(await dead()).toBe(0);
    expect((await switchboard('dlq', 'list')).notes).toEqual([
      'nothing to do: every queue message was handled, or still has tries left',
    ]);
    expect(await switchboard('dlq', 'redrive', 'ingress')).toMatchObject({
      data: [],
      notes: ['nothing to move', '  ./switchboard dlq list'],
    });
  });

  it('a dead letter whose message is stored already is published no second time', async () => {
    const { deadLetters } = running.stack.queues;
    await write(grace, 'wamid.twice', 'twice');
    await expect.poll(textsHeard, waitFor).toContain('twice');
    const body = {
      connector: 'whatsapp',
      account: 'main',
      receivedAt: new Date().toISOString(),
      deduplicationId: 'again',
      payload: await payloadOf('twice'),
    };
    await stack.sqs.send(
      new SendMessageCommand({
        QueueUrl: deadLetters.ingress,
        MessageBody: JSON.stringify(body),
        MessageGroupId: 'grace',
        MessageDeduplicationId: 'again',
      }),
    );
    const before = stack.helpdesk.heard.length;
    expect((await switchboard('dlq', 'redrive', 'ingress')).data).toEqual([
      'ingress: 1 moved back',
    ]);
    await untilIdle(stack);
    expect(stack.helpdesk.heard.length).toBe(before);
    expect(await dead()).toBe(0);
  });
});

/** The payload that is kept of the message with this text. */
async function payloadOf(text: string): Promise<unknown> {
  const found = (await keptItems(stack)).find((item) => item.includes(`"${text}"`));
  return JSON.parse(found ?? '{}').payload;
}
