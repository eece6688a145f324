import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StackDescription } from '#infra/local/description';
import { startStack } from '#infra/local/stack';
import { entryCount, queueDepths, untilIdle } from '#test/support/aws/stored';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import { scratchFolder } from '#test/support/runner/scratch';
import type { Heard } from '#test/support/stack/helpdesk';
import {
  clientsOf,
  type LocalStack,
  openLocalStack,
  startLocalStack,
} from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentWith } from '#test/support/stack/providers';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';

type TextReply = ReturnType<typeof textReply>;

let folder: string;
beforeAll(() => {
  folder = scratchFolder('switchboard-restart-');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const texts = (name: string) => Array.from({ length: 24 }, (_, index) => `${name} ${index}.`);

/** Eight customers write three messages each; resolves when every one has been acknowledged. */
async function writeAll(
  description: StackDescription,
  name: string,
  customers = '1650555300',
): Promise<void> {
  const requests = texts(name).map((text, index) => {
    const message = whatsappText(`${customers}${index % 8}`, `wamid.${name}${index}`, text);
    const change = whatsappChange(description, { messages: [message] });
    return whatsappWebhook(description, whatsappBody([change]));
  });
  const answers = await Promise.all(requests.map(post));
  expect(answers.map(({ status }) => status)).toEqual(requests.map(() => 200));
}

/** What a consumer has that knows every event id it has seen: the first of each. A repeat must be the same bytes. */
function withoutRepeats(heard: readonly Heard[]): readonly Heard[] {
  const first = new Map<string, Heard>();
  for (const each of heard) {
    const known = first.get(each.event.id);
    if (known) expect(each.body).toBe(known.body);
    else first.set(each.event.id, each);
  }
  return [...first.values()];
}

const received = (heard: readonly Heard[]) =>
  heard.map(({ event }) => event).filter(({ type }) => type === 'switchboard.message.received.v1');

/** All of it has come, once each, whichever of the two runs published it; and it is stored once. */
async function expectAll(stack: LocalStack, heard: readonly Heard[], name: string): Promise<void> {
  const events = received(heard);
  const named = events.map(({ data }) => data.message?.text ?? '');
  expect(named.toSorted()).toEqual(texts(name).toSorted());
  const conversations = [...new Set(events.map(({ subject = '' }) => subject))];
  expect(conversations).toHaveLength(8);
  for (const each of conversations) expect(await entryCount(stack, each)).toBe(3);
  const depths = Object.entries(await queueDepths(stack));
  expect(depths.filter(([name, depth]) => name.endsWith('dead letters') && depth > 0)).toEqual([]);
}

describe('a stack that is stopped in the middle of its work', () => {
  it('has lost nothing that it acknowledged, and publishes it once', async () => {
    const localDir = join(folder, 'stopped');
    const first = await startStack({ localDir, port: 0, quiet: true });
    await writeAll(first.stack, 'stopped');
    await first.stop();
    const second = await startLocalStack(localDir);
    try {
      await untilIdle(second, 60);
      const heard = withoutRepeats(second.helpdesk.heard);
      await expectAll(second, heard, 'stopped');
      expect(brokenPromises(heard)).toEqual([]);
    } finally {
      await second.stop();
    }
  }, 120_000);
});

describe('a stack that is killed in the middle of its work', () => {
  const root = join(import.meta.dirname, '../..');
  const LOCAL_DIR = () => join(folder, 'killed');
  const running = new Set<ChildProcess>();
  afterAll(() => {
    for (const child of running) child.kill('SIGKILL');
  });

  interface Launched {
    readonly description: StackDescription;
    readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<void>;
  }

  /** `npm start`, as a process of its own. */
  async function launch(): Promise<Launched> {
    const child = spawn(process.execPath, ['infra/local/start.ts'], {
      cwd: root,
      env: { ...process.env, PORT: '0', LOCAL_DIR: LOCAL_DIR() },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    running.add(child);
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
    });
    let said = '';
    child.stdout?.on('data', (text) => {
      said += String(text);
    });
    await vi.waitFor(() => expect(said).toMatch(/^ready/m), { timeout: 50_000, interval: 50 });
    const description = JSON.parse(readFileSync(join(LOCAL_DIR(), 'stack.json'), 'utf8'));
    return {
      description,
      end: async (signal) => {
        child.kill(signal);
        await exited;
        running.delete(child);
      },
    };
  }

  /** Eight conversations that are done with, and what was heard of them. */
  async function conversationsOf({ description }: Launched): Promise<readonly Heard[]> {
    const stack = openLocalStack(description);
    await writeAll(description, 'asking', '1650555400');
    await untilIdle(stack);
    await stack.stop();
    return stack.helpdesk.heard;
  }

  const sendsOf = ({ description }: Launched, replies: readonly TextReply[]) =>
    Promise.all(
      replies.map(async ({ content }) => {
        return (await sentWith(description, 'whatsapp', content.text)).length;
      }),
    );

  it('has lost nothing that it acknowledged, and sends no reply twice', async () => {
    const first = await launch();
    const history = await conversationsOf(first);
    const conversations = [...new Set(history.map(({ groupId = '' }) => groupId))];
    expect(conversations).toHaveLength(8);
    const replies = conversations.map((id, index) => textReply(id, `r${index}`, `answer ${index}`));
    const silent = { ...clientsOf(first.description), ...first };
    for (const reply of replies) await replyByQueue(silent, reply);
    await writeAll(first.description, 'killed');
    await vi.waitFor(async () => expect(Math.max(...(await sendsOf(first, replies)))).toBe(1), {
      timeout: 10_000,
      interval: 10,
    });
    const sentBefore = await sendsOf(first, replies);
    await first.end('SIGKILL');

    const second = await launch();
    const stack = openLocalStack(second.description);
    const heard = () => withoutRepeats(stack.helpdesk.heard);
    const kindsOf = (replyId: string) =>
      heard()
        .map(({ event }) => event)
        .filter(({ data }) => (data.replyId ?? data.message?.replyId) === replyId)
        .map(({ type }) => type.split('.').at(-2));
    // What was claimed when its process died waits for its lease, longer than this test. Five can be at once.
    await vi.waitFor(
      () => {
        for (const { replyId } of replies) expect(kindsOf(replyId)[0]).toBe('accepted');
        const sent = replies.filter(({ replyId }) => kindsOf(replyId).includes('sent'));
        expect(sent.length).toBeGreaterThanOrEqual(3);
        expect(received(heard())).toHaveLength(24);
      },
      { timeout: 40_000, interval: 100 },
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await expectAll(stack, heard(), 'killed');
    for (const { replyId } of replies) {
      expect(kindsOf(replyId).filter((kind) => kind === 'accepted')).toHaveLength(1);
    }
    const sentAfter = await sendsOf(second, replies);
    const sends = sentBefore.map((count, index) => count + (sentAfter[index] ?? 0));
    expect(Math.max(...sends)).toBe(1);
    expect(brokenPromises([...history, ...heard()])).toEqual([]);
    await stack.stop();
    await second.end('SIGTERM');
  }, 120_000);
});
