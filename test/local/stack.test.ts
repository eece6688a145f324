import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openStack } from '#infra/cli/stage/stack';
import type { StackDescription } from '#infra/local/description';
import { type RunningStack, startStack } from '#infra/local/stack';
import { harnesses } from '#test/connectors/harnesses';
import { firstChannel, localConnectors } from '#test/support/connectors/lists';
import { scratchFolder } from '#test/support/runner/scratch';
import { described, launch, root } from './launch.ts';

const waitFor = { timeout: 60_000, interval: 50 };
let folder: string;

beforeAll(() => {
  folder = scratchFolder('stack-');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every process that was started on our folder, ourselves left out. */
function processesOf(directory: string): string[] {
  return execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(directory) && !line.includes('ps -eo'));
}

/** Every process that descends from one. */
function descendants(pid: number): number[] {
  const pairs = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = pairs.filter(([, parent]) => parent === pid).map(([child]) => child ?? 0);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

function clientsOf({ region, credentials, endpoints }: StackDescription) {
  const common = { region, credentials };
  return {
    sqs: new SQSClient({ ...common, endpoint: endpoints.sqs }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
  };
}

async function inbound(stack: StackDescription, connector: string, from: string, text: string) {
  const response = await fetch(`${stack.providers[connector]}/_inbound`, {
    method: 'POST',
    body: JSON.stringify({ from, text }),
  });
  return (await response.json()) as { status: number };
}

/** Takes events off the normalized queue until there is one for each wanted text; returns those, in that order. */
async function published(stack: StackDescription, ...texts: readonly string[]) {
  const { sqs } = clientsOf(stack);
  const QueueUrl = stack.queues.normalized;
  const seen: string[] = [];
  const found = () =>
    texts.map((text) =>
      seen.find((body) => body.includes('message.received') && body.includes(text)),
    );
  const take = async (): Promise<number> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = '', ReceiptHandle } of Messages) {
      seen.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return found().filter((event) => event === undefined).length;
  };
  await expect.poll(take, waitFor).toBe(0);
  sqs.destroy();
  return found().map((body) => JSON.parse(body ?? '{}') as { type: string; channel: string });
}

const scanned = async (stack: StackDescription): Promise<number> => {
  const { dynamodb } = clientsOf(stack);
  const { Count = 0 } = await dynamodb.send(new ScanCommand({ TableName: stack.table }));
  dynamodb.destroy();
  return Count;
};

describe('the whole stack', { timeout: 120_000 }, () => {
  let running: RunningStack | undefined;
  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });
  const start = async (localDir: string, fresh = false): Promise<StackDescription> => {
    running = await startStack({ localDir, port: 0, fresh, quiet: true });
    return running.stack;
  };

  it('describes itself in the form that outsiders rely on', async () => {
    const directory = join(folder, 'shape');
    const stack = await start(directory);
    expect(JSON.parse(readFileSync(join(directory, 'stack.json'), 'utf8'))).toEqual(stack);
    const url = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/);
    const queue = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/.+/);
    const text = expect.any(String);
    expect(stack).toMatchObject({
      url,
      smtp: { host: '127.0.0.1', port: expect.any(Number) },
      region: 'eu-central-1',
      credentials: { accessKeyId: text, secretAccessKey: text },
      endpoints: { dynamodb: url, sqs: url, s3: url, sns: url },
      table: text,
      queues: {
        ...{ ingress: queue, normalized: queue, replies: queue, outbound: queue },
        ...{ media: queue, mail: queue },
        deadLetters: {
          ...{ ingress: queue, normalized: queue, replies: queue, outbound: queue },
          ...{ media: queue, mail: queue },
        },
      },
      buckets: { archive: text, mail: text },
      accounts: expect.any(Array),
      providers: { whatsapp: url, twilio: url, twitter: url, email: url },
      pid: process.pid,
      pidStartedAt: expect.stringMatching(/^\d+$/),
    });
    const forms: Readonly<Record<string, object>> = {
      whatsapp: {
        ...{ webhook: '/webhooks/whatsapp/main', address: expect.stringMatching(/^\d+$/) },
        secrets: { appSecret: text, verifyToken: text },
      },
      twilio: {
        publicUrl: `${stack.url}/webhooks/twilio/main`,
        ...{ webhook: '/webhooks/twilio/main', address: '+15005550006' },
        secrets: { accountSid: expect.stringMatching(/^AC[0-9a-f]{32}$/), authToken: text },
      },
      twitter: { webhook: '/webhooks/twitter/main', secrets: { consumerSecret: text } },
      email: { address: 'help@support.localhost' },
    };
    const accounts = new Map(stack.accounts.map((each) => [each.connector, each]));
    for (const [connector, form] of Object.entries(forms)) {
      expect(accounts.get(connector)).toMatchObject({ account: 'main', address: text, ...form });
    }
    const { deadLetters, ...queues } = stack.queues;
    expect(Object.keys(deadLetters)).toEqual(Object.keys(queues));
    expect(new Set([...Object.values(deadLetters), ...Object.values(queues)]).size).toBe(16);
  });

  it('carries a message of every connector to the normalized queue', async () => {
    const stack = await start(join(folder, 'shape'));
    for (const connector of localConnectors) {
      const from = harnesses[connector].customerOf(1);
      const { status } = await inbound(stack, connector, from, `Hallo ${connector} 👋`);
      expect([200, 250]).toContain(status);
    }
    const texts = localConnectors.map((connector) => `Hallo ${connector} `);
    const events = await published(stack, ...texts);
    expect(events.map(({ type }) => type)).toEqual(
      texts.map(() => 'switchboard.message.received.v1'),
    );
    expect(events.map(({ channel }) => channel)).toEqual(localConnectors.map(firstChannel));
  });

  it('keeps what it stored over a restart, and forgets it when it starts fresh', async () => {
    const directory = join(folder, 'state');
    const first = await start(directory);
    await inbound(first, 'whatsapp', '491701234567', 'to be kept');
    await expect.poll(() => scanned(first), waitFor).toBeGreaterThan(0);
    const { accounts } = first;
    await running?.stop();
    expect(existsSync(join(directory, 'stack.json'))).toBe(false);

    const second = await start(directory);
    expect(await scanned(second)).toBeGreaterThan(0);
    expect(second.accounts.map(({ secrets }) => secrets)).toEqual(
      accounts.map(({ secrets }) => secrets),
    );
    await published(second, 'to be kept');
    await running?.stop();

    expect(await scanned(await start(directory, true))).toBe(0);
  });

  it('refuses a folder on which another one runs, and leaves that one alone', async () => {
    const directory = join(folder, 'shape');
    const stack = await start(directory);
    await expect(startStack({ localDir: directory, port: 0, quiet: true })).rejects.toThrow(
      `is running on ${directory} (pid ${process.pid})`,
    );
    expect((await fetch(`${stack.url}/nowhere`)).status).toBe(404);
    expect(existsSync(join(directory, 'stack.json'))).toBe(true);
  });

  it('lets a test change functions before they run', async () => {
    const labels: string[] = [];
    running = await startStack({
      localDir: join(folder, 'shape'),
      port: 0,
      quiet: true,
      adjust: (fn, endpoints) => {
        labels.push(fn.label);
        expect(endpoints['AWS_ENDPOINT_URL_SQS']).toMatch(/^http:\/\/127\.0\.0\.1:/);
        return {
          ...fn,
          environment: { ...fn.environment, AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:1' },
        };
      },
    });
    expect(labels).toEqual(expect.arrayContaining(['receive-whatsapp', 'normalize', 'send']));
    const { url } = running.stack;
    const refused = await fetch(`${url}/webhooks/whatsapp/main`, { method: 'POST', body: '{}' });
    expect(refused.status).toBeGreaterThanOrEqual(400);
  });

  it('leaves no process behind', async () => {
    const directory = join(folder, 'shape');
    const before = descendants(process.pid);
    const stack = await start(directory);
    await inbound(stack, 'whatsapp', '491701234567', 'so that functions run');
    const started = descendants(process.pid).filter((pid) => !before.includes(pid));
    expect(started.length).toBeGreaterThan(3);
    await running?.stop();
    expect(started.filter(alive)).toEqual([]);
    expect(processesOf(directory)).toEqual([]);
  });
});

describe('npm start', { timeout: 120_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says ready last, and stops on %s', async (signal) => {
    const directory = join(folder, 'cli');
    const { child, exited, lines } = launch(directory);
    await expect.poll(() => lines().at(-1), { timeout: 60_000 }).toMatch(/^ready/);
    const started = descendants(child.pid ?? 0);
    expect(started.length).toBeGreaterThan(2);
    child.kill(signal);
    expect(await exited).toBe(0);
    expect(started.filter(alive)).toEqual([]);
    expect(existsSync(join(directory, 'stack.json'))).toBe(false);
  });

  it('loses nothing it has accepted when it is killed, and leaves no process', async () => {
    const directory = join(folder, 'killed');
    const first = launch(directory);
    await expect.poll(() => first.lines().at(-1), { timeout: 60_000 }).toMatch(/^ready/);
    const started = descendants(first.child.pid ?? 0);
    const before = described(directory);
    const texts = Array.from({ length: 5 }, (_, index) => `accepted ${index}.`);
    for (const [index, text] of texts.entries()) {
      expect(await inbound(before, 'whatsapp', `49170000000${index}`, text)).toMatchObject({
        status: 200,
      });
    }
    first.child.kill('SIGKILL');
    await first.exited;
    await expect.poll(() => started.filter(alive), waitFor).toEqual([]);

    const second = launch(directory);
    await expect.poll(() => second.lines().at(-1), { timeout: 60_000 }).toMatch(/^ready/);
    const after = described(directory);
    expect(await published(after, ...texts)).toHaveLength(texts.length);
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });

  it('starts again after it was killed and not reaped, and the command line sees the end too', async () => {
    const directory = join(folder, 'zombie');
    // As in a container without an init process: the parent never asks how its child has ended.
    const parent = spawn(
      '/bin/sh',
      ['-c', '"$0" infra/local/start.ts & exec sleep 300', process.execPath],
      {
        ...{ cwd: root, stdio: 'ignore', detached: true },
        env: { PATH: process.env['PATH'] ?? '', PORT: '0', LOCAL_DIR: directory },
      },
    );
    try {
      await expect
        .poll(() => existsSync(join(directory, 'stack.json')), { timeout: 60_000 })
        .toBe(true);
      const { pid } = described(directory);
      process.kill(pid, 'SIGKILL');
      await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
      expect(() => openStack(directory)).toThrow(`has ended (pid ${pid})`);
      const second = launch(directory);
      await expect.poll(() => second.lines().at(-1), { timeout: 60_000 }).toMatch(/^ready/);
      second.child.kill('SIGTERM');
      expect(await second.exited).toBe(0);
    } finally {
      process.kill(-(parent.pid ?? 0), 'SIGKILL');
    }
  });
});
