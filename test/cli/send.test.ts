import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { stage } from '#infra/cdk/config/local';
import { scratchFolder } from '#test/support/runner/scratch';
import { capture } from './capture.ts';

let folder: string;
let provider: Server;
let answer = { status: 200, body: '' };
const asked: { path: string | undefined; body: unknown }[] = [];

const delivered = (status: number) => ({
  status: 200,
  body: JSON.stringify({ providerMessageId: 'p1', status }),
});

/** Every simulator is the same small server; nothing else of a stack is needed with --no-wait. */
beforeAll(async () => {
  folder = scratchFolder('cli-');
  provider = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({ path: request.url, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  describeStack({});
});
afterAll(() => {
  provider.close();
  rmSync(folder, { recursive: true, force: true });
});

function describeStack(changes: Record<string, unknown>): void {
  const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const stack = {
    url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    endpoints: { dynamodb: url, sqs: url },
    table: 'conversations',
    queues: { normalized: `${url}/000000000000/normalized.fifo` },
    accounts: [
      { connector: 'twilio', account: 'main' },
      { connector: 'twilio', account: 'second' },
      { connector: 'twitter', account: 'brand' },
      { connector: 'whatsapp', account: 'main' },
    ],
    providers: { twilio: url, twitter: url, whatsapp: url },
    pid: process.pid,
    ...changes,
  };
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(stack));
}

const send = (...args: string[]) => capture(['send', ...args], folder);

describe('send', () => {
  it.each(['+14155550199', 'rcs:+14155550199'])(
    'writes on the channel that is named: an RCS message from %s has the prefix once',
    async (from) => {
      answer = delivered(200);
      const { fault } = await send('rcs', '--from', from, '--text', 'hi', '--no-wait');
      expect(fault).toBeUndefined();
      expect(asked.at(-1)?.body).toMatchObject({ from: 'rcs:+14155550199' });
    },
  );

  it('asks the simulator of the first connector that carries the channel', async () => {
    answer = delivered(200);
    const { data, fault } = await send('sms', '--text', 'hi', '--no-wait', '--json');
    expect(fault).toBeUndefined();
    const from = '+14155550123';
    expect(asked.at(-1)).toEqual({
      path: '/_inbound',
      body: { from, account: 'main', text: 'hi' },
    });
    expect(data.map((line) => JSON.parse(line))).toEqual([
      {
        channel: 'sms',
        connector: 'twilio',
        account: 'main',
        from,
        providerMessageId: 'p1',
        webhookStatus: 200,
      },
    ]);
  });

  it('passes on who writes, and to which account', async () => {
    const args = ['--from', '+4930123', '--name', 'Ada', '--account', 'second', '--no-wait'];
    await send('sms', '--text', '--odd', ...args);
    expect(asked.at(-1)?.body).not.toMatchObject({ text: '--odd' });
    await send('sms', '--text=--odd', ...args);
    const body = { from: '+4930123', name: 'Ada', account: 'second', text: '--odd' };
    expect(asked.at(-1)?.body).toEqual(body);
  });

  it('passes on the group, on a channel that has groups', async () => {
    const args = ['--text', 'hi all', '--from', '4917001', '--group', 'GRP1', '--no-wait'];
    expect((await send('whatsapp', ...args)).fault).toBeUndefined();
    expect(asked.at(-1)?.body).toMatchObject({ from: '4917001', group: 'GRP1', text: 'hi all' });
    expect((await send('sms', ...args)).fault).toMatchObject({
      exitCode: 2,
      message: 'send: --group given, but sms has no groups',
    });
  });

  it('names in its help the addresses that it takes by itself, and the handle to mention', async () => {
    const help = (await send('--help')).data.join('\n');
    const account = stage.accounts.find(({ connector }) => connector === 'twitter');
    expect(help).toContain(`(@${account?.settings['username']} with`);
    answer = delivered(200);
    for (const channel of ['sms', 'twitter', 'whatsapp']) {
      await send(channel, '--text', 'hi', '--no-wait');
      const { from } = z.object({ from: z.string() }).parse(asked.at(-1)?.body);
      expect(help).toContain(`${from} (${channel})`);
    }
  });

  it('knows X by both names', async () => {
    expect((await send('twitter', '--text', 'a', '--no-wait')).data[0]).toContain('twitter/brand');
    expect((await send('x', '--text', 'a', '--no-wait')).data[0]).toContain('twitter/brand');
  });

  it.each([
    [['fax'], 'no channel fax: allowed are sms, email, telegram, whatsapp, rcs, twitter'],
    [['sms', '--account', 'third'], 'no account third of twilio for sms: allowed are main, second'],
    [['email'], 'the running stack has no account of email, which carries email'],
  ])('%j is told what is allowed', async (args, message) => {
    const { fault } = await send(...args, '--text', 'hi');
    expect(fault).toMatchObject({ exitCode: 2, message });
  });

  it('tells when our webhook has refused the message', async () => {
    answer = delivered(401);
    const { data, fault } = await send('sms', '--text', 'hi', '--json');
    expect(data).toEqual([]);
    const message = 'Switchboard answered 401 to the message from twilio';
    const next = `read the log of its function in ${folder}/logs`;
    expect(fault).toMatchObject({ exitCode: 1, message, next });
  });

  it('tells when the provider itself refuses it', async () => {
    answer = { status: 500, body: JSON.stringify({ error: 'Error: bad address' }) };
    const message = 'the simulator of twilio could not deliver this: Error: bad address';
    expect((await send('sms', '--text', 'hi')).fault).toMatchObject({ exitCode: 1, message });
    answer = { status: 502, body: '<html>' };
    expect((await send('sms', '--text', 'hi')).fault).toMatchObject({
      message: 'the simulator of twilio could not deliver this: no reason given',
    });
  });
});

describe('a stack that has gone', () => {
  it('is told from one that was never there', async () => {
    describeStack({ pid: 2 ** 22 + 1 });
    expect((await send('sms', '--text', 'hi')).fault).toMatchObject({
      exitCode: 1,
      message: `the stack in ${folder} has ended (pid ${2 ** 22 + 1})`,
    });
  });

  it('is noticed when its pid is now that of another program', async () => {
    describeStack({ pidStartedAt: '1' });
    expect((await send('sms', '--text', 'hi')).fault).toMatchObject({
      message: `the stack in ${folder} has ended (pid ${process.pid})`,
    });
  });

  it('is noticed when nothing listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const silent = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    describeStack({ providers: { twilio: silent }, endpoints: { dynamodb: silent, sqs: silent } });
    for (const args of [['send', 'sms', '--text', 'hi'], ['conversations']]) {
      expect((await capture(args, folder)).fault).toMatchObject({
        exitCode: 1,
        message: `the stack in ${folder} does not answer`,
      });
    }
  });

  it('is noticed when its description is something else', async () => {
    describeStack({ url: 7 });
    expect((await send('sms', '--text', 'hi')).fault).toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('stack.json is not a stack'),
    });
  });
});
