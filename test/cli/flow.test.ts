import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStack, startStack } from '#infra/local/stack';
import { Event } from '#shared/model/event';
import { firstChannel, localConnectors } from '#test/support/connectors/lists';
import { replyByQueue } from '#test/support/replies/replies';
import { scratchFolder } from '#test/support/runner/scratch';
import { type Ended, jsonLines, type Running, start } from './run-switchboard.ts';

const channels = localConnectors.map(firstChannel);
const sent: Record<string, unknown>[] = [];
const began: Running[] = [];
let folder: string;
let running: RunningStack;
let sqs: SQSClient;

beforeAll(async () => {
  folder = scratchFolder('cli-');
  running = await startStack({ localDir: folder, port: 0, quiet: true });
  const { endpoints, region, credentials } = running.stack;
  sqs = new SQSClient({ endpoint: endpoints.sqs, region, credentials });
}, 120_000);
afterAll(async () => {
  for (const { process } of began) process.kill('SIGKILL');
  await running?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function begin(...args: string[]): Running {
  const child = start(args, folder);
  began.push(child);
  return child;
}

const switchboard = (...args: string[]): Promise<Ended> => begin(...args).ended;
const id = (at: number) => String(sent[at]?.['conversationId']);

async function counts(): Promise<Record<string, string>> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: running.stack.queues.normalized,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Attributes;
}

/** The counts once nothing is added any more: the last statuses may still be on their way. */
async function settledCounts(): Promise<Record<string, string>> {
  let same = 0;
  let last = await counts();
  while (same < 4) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    const next = await counts();
    same = isDeepStrictEqual(next, last) ? same + 1 : 0;
    last = next;
  }
  return last;
}

/** Takes everything off the normalized queue, as a helpdesk does, until it has stayed empty for a moment. */
async function consume(until: () => boolean = () => true): Promise<string[]> {
  const bodies: string[] = [];
  const QueueUrl = running.stack.queues.normalized;
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (Messages.length === 0 && until()) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}

/** Of a published change the state remembers what and when, and the reasons of the last one. */
function asStored(body: string): string {
  const event = JSON.parse(body);
  if (event.revision !== undefined) {
    delete event.data.metadata;
    delete event.data.cost;
  }
  return JSON.stringify(event);
}

describe('the command line on a running stack', () => {
  it.each(channels)(
    'send: a customer writes on %s, and stands in a conversation',
    async (channel) => {
      const { code, stdout, stderr } = await switchboard('send', channel, '--text', 'hi', '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [told = {}] = jsonLines(stdout);
      expect(told).toMatchObject({
        channel,
        webhookStatus: channel === 'email' ? 250 : 200,
        conversationId: expect.stringMatching(/^cnv_[a-z2-7]{26}$/),
        messageId: expect.stringMatching(/^msg_[a-z2-7]{26}_1$/),
      });
      sent.push(told);
    },
  );

  it('conversations: lists them, the newest first', async () => {
    const { stdout } = await switchboard('conversations', '--json');
    const listed = jsonLines(stdout);
    expect(listed.map((each) => each['id']).toSorted()).toEqual(
      channels.map((_, at) => id(at)).toSorted(),
    );
    const times = listed.map((each) => String(each['lastActivityAt']));
    expect(times).toEqual(times.toSorted().toReversed());
    const { stdout: text } = await switchboard('conversations', '--limit', '2');
    expect(text.split('\n')).toHaveLength(4);
    expect(text).toContain(String(listed[0]?.['id']));
  });

  it.each([
    ['its id', () => id(0)],
    ['the beginning of its id', () => id(0).slice(0, 14)],
    ['the beginning without cnv_', () => id(0).slice(4, 14)],
    ['the id of a message', () => String(sent[0]?.['messageId'])],
  ])('show: knows a conversation by %s', async (_, given) => {
    const { stdout } = await switchboard('show', given(), '--json');
    const [conversation, message] = jsonLines(stdout);
    expect(conversation).toMatchObject({ kind: 'conversation', conversation: { id: id(0) } });
    expect(message).toMatchObject({ kind: 'message', sequence: 1, message: { text: 'hi' } });
  });

  it('show: says what to do about an id it does not know, or that is too short', async () => {
    expect(await switchboard('show', 'cnv_nobody')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'no conversation "cnv_nobody"\n  ./switchboard conversations\n',
    });
    expect((await switchboard('show', 'cnv_')).stderr).toMatch(
      new RegExp(`${channels.length} conversations begin with cnv_:.*\\n {2}give more`),
    );
  });

  it.each(channels.map((channel, at) => ({ channel, at })))(
    'reply: goes out on $channel, and every status is told',
    async ({ channel, at }) => {
      const text = `Hello from ${channel}`;
      const { code, stdout } = await switchboard(
        'reply',
        id(at),
        text,
        '--json',
        '--reply-id',
        `r${at}`,
      );
      const told = jsonLines(stdout);
      expect(told.map(({ status }) => status).slice(0, 3)).toEqual(['queued', 'accepted', 'sent']);
      expect(told[1]).toMatchObject({ replyId: `r${at}`, conversationId: id(at), errors: [] });
      expect(code).toBe(0);
      const provider = running.stack.providers[String(sent[at]?.['connector'])];
      const sends = (await (await fetch(`${provider}/_sent`)).json()) as { text: string }[];
      expect(sends.filter((each) => each.text.includes(text))).toHaveLength(1);
    },
  );

  it('reply: the same id with other words is refused, and says what to do', async () => {
    const { code, stdout, stderr } = await switchboard('reply', id(0), 'Other', '--reply-id', 'r0');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'the reply was refused (409 reply_id_reused): replyId r0 already stands for another reply\n  give this text another --reply-id, or none\n',
    );
  });

  it('hands a time to the API, which refuses it by name where the channel has none', async () => {
    const { code, stderr } = await switchboard('reply', id(2), 'Hi', '--send-at', 'tomorrow');
    expect(code).toBe(1);
    expect(stderr).toContain('sendAt: "tomorrow"; allowed: ISO 8601 with a time zone');
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const refused = await switchboard('reply', id(2), 'Hi', '--send-at', soon);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('sendAt: ');
  });

  it('reply: a text the channel cannot carry is refused with its limit', async () => {
    const { code, stdout, stderr } = await switchboard('reply', id(2), 'x'.repeat(10_001));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      'the reply was refused (422 text_too_long): the text has 10001 characters; allowed: 10000\n',
    );
    expect(stderr).toContain('\n  send a shorter text, or several\n');
  });

  it('reply: every reason has a line of its own', async () => {
    const content = JSON.stringify({ type: 'text', txt: 'Hello', lang: 'en' });
    const { code, stdout, stderr } = await switchboard('reply', id(0), '--json-content', content);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      'the reply was refused (400 invalid_reply):',
      '  content.text: missing; allowed: a string',
      '  content.txt: unknown; did you mean text?',
      '  content.lang: unknown; allowed: type, text, html, attachments, linkPreview',
      '  ./switchboard reply --help',
      '',
    ]);
  });

  it('reply: takes --as-text, and refuses a whole command in words of its options', async () => {
    const sms = id(channels.indexOf('sms'));
    const buttons = {
      ...{ type: 'buttons', text: 'When?' },
      buttons: [{ id: 'a', title: 'Today' }],
    };
    const json = JSON.stringify(buttons);
    const bare = await switchboard('reply', sms, '--json-content', json);
    expect(bare).toMatchObject({ code: 1 });
    expect(bare.stderr).toMatch(/\n {2}repeat it with --as-text\n$/);
    const asText = await switchboard('reply', sms, '--json-content', json, '--as-text');
    expect(asText).toMatchObject({ code: 0, stderr: '' });
    const command = JSON.stringify({ content: buttons, asText: true });
    const whole = await switchboard('reply', sms, '--json-content', command);
    expect(whole).toMatchObject({ code: 2, stdout: '' });
    expect(whole.stderr).toMatch(/whole command \(content, asText\).*asText is --as-text/);
    const text = await switchboard('reply', sms, 'Hello', '--as-text');
    expect(text.stderr).toContain('asText: sms cannot honour it with text: leave it out');
  });

  it('send: proposes no reply that would be refused, but the way on, which works', async () => {
    const from = '+14155550177';
    const stop = await switchboard('send', 'sms', '--from', from, '--text', 'STOP');
    expect(stop.stdout).toMatch(/, marked optOut: STOP\n$/);
    const start = `./switchboard send sms --from ${from} --text START`;
    expect(stop.stderr).toContain('a reply would be refused (recipient_opted_out)');
    expect(stop.stderr).toContain(`the customer has to opt in again: ${start}\n`);
    const again = await switchboard('send', 'sms', '--from', from, '--text', 'hi');
    expect(again.stderr).toContain(start);
    const [, conversation = ''] = /conversation (cnv_\w+)/.exec(stop.stdout) ?? [];
    const refused = await switchboard('reply', conversation, 'Hello?');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`the customer has to opt in again: ${start}\n`);
    const started = await switchboard(...start.split(' ').slice(1));
    expect(started.stderr).toBe(`  ./switchboard reply ${conversation} "Hello!"\n`);
    expect(await switchboard('reply', conversation, 'Hello!')).toMatchObject({ code: 0 });
    for (const sender of ['DHL', '12345']) {
      const { stderr } = await switchboard('send', 'sms', '--from', sender, '--text', 'hi');
      expect(stderr).toContain('a reply would be refused (recipient_unreachable)');
      expect(stderr).not.toContain('./switchboard reply');
    }
    const review = await switchboard('send', 'sms', '--text', 'please stop texting me', '--json');
    expect(jsonLines(review.stdout)[0]).toMatchObject({ optOut: 'REVIEW' });
  });

  it('signal: tells what the channel cannot show', async () => {
    const { code, stdout, stderr } = await switchboard(
      'signal',
      id(channels.indexOf('email')),
      'typing',
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^the signal was refused \(422 content_not_supported\): signal: "typing"; \w+ cannot show it/,
    );
  });

  it('reply: tells that the provider has refused it, and ends with 1', async () => {
    const body = JSON.stringify({ kind: '131026', count: 1 });
    await fetch(`${running.stack.providers['whatsapp']}/_fault`, { method: 'POST', body });
    const { code, stdout, stderr } = await switchboard('reply', id(0), 'Nobody there?');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed .*131026/m);
    expect(stderr).toBe(`the reply was not sent\n  ./switchboard show ${id(0)}\n`);
  });

  it('tail: tells of commands that were refused on the queue, with and without a replyId', async () => {
    const stack = { sqs, description: running.stack };
    await replyByQueue(stack, { replyId: 'r9', conversationId: id(0), contents: 'Hello' });
    await replyByQueue(stack, { conversationId: id(0), signal: 'wave' });
    const lines = async () =>
      (await switchboard('tail', '--once')).stdout
        .split('\n')
        .filter((line) => / invalid_(reply|signal): /.test(line));
    await expect.poll(lines, { timeout: 30_000, interval: 1000 }).toHaveLength(2);
    const all = (await lines()).join('\n');
    expect(all).toContain(`${id(0).slice(0, 12)}  reply r9 invalid_reply: content: missing`);
    expect(all).toContain(
      'command without a replyId invalid_signal: signal: "wave"; allowed: read',
    );
  });

  it('tail: shows what the queue holds, but for the metadata and cost of statuses, and leaves all of it there', async () => {
    const before = await settledCounts();
    const { stdout } = await switchboard('tail', '--once', '--json');
    await switchboard('tail', '--once');
    expect(await counts()).toEqual(before);
    expect(before['ApproximateNumberOfMessagesNotVisible']).toBe('0');
    const shown = stdout.split('\n').filter(Boolean);
    for (const line of shown) Event.parse(JSON.parse(line));
    const held = await consume();
    expect(held.length).toBe(Number(before['ApproximateNumberOfMessages']));
    expect(held.length).toBeGreaterThan(16);
    expect(shown.map(asStored).toSorted()).toEqual(held.map(asStored).toSorted());
    for (const conversation of channels.map((_, at) => id(at))) {
      const of = (lines: readonly string[]) =>
        lines.filter((line) => JSON.parse(line).subject === conversation);
      expect(of(shown).filter(published).map(asStored)).toEqual(
        of(held).filter(published).map(asStored),
      );
    }
  });

  it('tail: misses nothing that a helpdesk takes at once, and ends quietly', async () => {
    const tail = begin('tail', '--json');
    await expect.poll(() => tail.printed.stderr, { timeout: 50_000 }).toContain('following');
    let done = false;
    const helpdesk = consume(() => done);
    for (const [at, channel] of channels.entries()) {
      const { stderr } = await switchboard('send', channel, '--text', 'again');
      expect(stderr).toMatch(/^ {2}\.\/switchboard reply cnv_\w+ "Hello!"\n$/);
      if (channel !== 'email') expect(stderr).toContain(id(at));
    }
    await switchboard('reply', id(1), 'And again');
    done = true;
    const taken = (await helpdesk).map((body) => JSON.parse(body).id);
    expect(taken.length).toBeGreaterThan(5);
    const shown = () => jsonLines(tail.printed.stdout).map((event) => event['id']);
    await expect.poll(() => shown().toSorted(), { timeout: 50_000 }).toEqual(taken.toSorted());
    tail.process.kill('SIGINT');
    expect((await tail.ended).code).toBe(0);
  });

  /** `npx` is how it was called before; inside the clone it does the same for one more release. */
  it.each([
    ['./switchboard', []],
    ['npx', ['switchboard']],
  ])('is called %s %s', async (program, first) => {
    const call = promisify(execFile)(program, [...first, 'conversations', '--json'], {
      env: { ...process.env, LOCAL_DIR: folder },
    });
    expect(jsonLines((await call).stdout).length).toBeGreaterThanOrEqual(channels.length);
  });

  it('says what to do where nothing is installed', async () => {
    const clone = mkdtempSync(join(tmpdir(), 'bare-clone-'));
    copyFileSync('switchboard', join(clone, 'switchboard'));
    const call = promisify(execFile)(join(clone, 'switchboard'), ['--version']);
    const stderr = `nothing is installed in ${clone} yet: run npm ci there\n`;
    await expect(call).rejects.toMatchObject({ code: 1, stdout: '', stderr });
    rmSync(clone, { recursive: true });
  });
});

/** Of a refused command nothing says where between the others it stands. */
function published(line: string): boolean {
  return !JSON.parse(line).id.startsWith('refused_');
}
