import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StackDescription } from '#infra/local/description';
import { startStack } from '#infra/local/stack';
import type { Heard } from '#test/support/helpdesk';
import {
  clientsOf,
  type LocalStack,
  openLocalStack,
  startLocalStack,
} from '#test/support/local-stack';
import { brokenPromises } from '#test/support/promises';
import { sentWith } from '#test/support/providers';
import { replyByQueue, textReply } from '#test/support/replies';
import { post, whatsappWebhook } from '#test/support/signed-webhooks';
import { entryCount, queueDepths, untilIdle } from '#test/support/stored';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhook-bodies';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchboard-restart-'));
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

/** All of it has come, once each, in order, whichever of the two runs published it; and it is stored once. */
async function expectAll(stack: LocalStack, name: string): Promise<void> {
  await untilIdle(stack, 60);
  const once = withoutRepeats(stack.helpdesk.heard);
  const received = once
    .map(({ event }) => event)
    .filter(({ type }) => type === 'switchboard.message.received.v1');
  const named = received.map(({ data }) => data.message?.text ?? '');
  expect(named.toSorted()).toEqual(texts(name).toSorted());
  const conversations = [...new Set(received.map(({ subject = '' }) => subject))];
  expect(conversations).toHaveLength(8);
  for (const each of conversations) expect(await entryCount(stack, each)).toBe(3);
  expect(brokenPromises(once)).toEqual([]);
  const depths = Object.entries(await queueDepths(stack));
  expect(depths.filter(([, depth]) => depth > 0)).toEqual([]);
}

describe('a stack that is stopped in the middle of its work', () => {
  it('has lost nothing that it acknowledged, and publishes it once', async () => {
    const localDir = join(folder, 'stopped');
    const first = await startStack({ localDir, port: 0, quiet: true });
    await writeAll(first.stack, 'stopped');
    await first.stop();
    const second = await startLocalStack(localDir);
    try {
      await expectAll(second, 'stopped');
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

  it('has lost nothing that it acknowledged, and publishes it once', async () => {
    const first = await launch();
    await writeAll(first.description, 'killed');
    await first.end('SIGKILL');
    const second = await launch();
    const stack = openLocalStack(second.description);
    await expectAll(stack, 'killed');
    await stack.stop();
    await second.end('SIGTERM');
  }, 120_000);

  /** Eight conversations of their own, and what was heard of them. */
  async function conversationsOf(launched: Launched): Promise<readonly Heard[]> {
    const stack = openLocalStack(launched.description);
    await writeAll(launched.description, 'asking', '1650555400');
    await untilIdle(stack);
    await stack.stop();
    return stack.helpdesk.heard;
  }

  it('sends no reply twice, and knows of each after it is back', async () => {
    const first = await launch();
    const history = await conversationsOf(first);
    const conversations = [...new Set(history.map(({ groupId = '' }) => groupId))];
    expect(conversations).toHaveLength(8);
    const replies = conversations.map((id, index) => textReply(id, `r${index}`, `answer ${index}`));
    const silent = clientsOf(first.description);
    for (const reply of replies) await replyByQueue({ ...silent, ...first }, reply);
    const sends = async ({ description }: Launched, text: string) =>
      (await sentWith(description, 'whatsapp', text)).length;
    await vi.waitFor(
      async () => {
        const counts = await Promise.all(replies.map(({ content }) => sends(first, content.text)));
        expect(Math.max(...counts)).toBe(1);
      },
      { timeout: 10_000, interval: 10 },
    );
    const counts = await Promise.all(replies.map(({ content }) => sends(first, content.text)));
    await first.end('SIGKILL');

    const second = await launch();
    const stack = openLocalStack(second.description);
    const kindsOf = (replyId: string) =>
      withoutRepeats(stack.helpdesk.heard)
        .map(({ event }) => event)
        .filter(({ data }) => (data.replyId ?? data.message?.replyId) === replyId)
        .map(({ type }) => type.split('.').at(-2));
    // What was claimed when its process died waits for its lease, longer than this test; the others go out.
    await vi.waitFor(
      () => {
        for (const { replyId } of replies) expect(kindsOf(replyId)[0]).toBe('accepted');
        const sent = replies.filter(({ replyId }) => kindsOf(replyId).includes('sent'));
        expect(sent.length).toBeGreaterThanOrEqual(4);
      },
      { timeout: 30_000, interval: 100 },
    );
    await new Promise((resolve) => setTimeout(resolve, 1000));
    for (const [index, { replyId, content }] of replies.entries()) {
      expect(kindsOf(replyId).filter((kind) => kind === 'accepted')).toHaveLength(1);
      expect((counts[index] ?? 0) + (await sends(second, content.text))).toBeLessThanOrEqual(1);
    }
    expect(brokenPromises(withoutRepeats([...history, ...stack.helpdesk.heard]))).toEqual([]);
    await stack.stop();
    await second.end('SIGTERM');
  }, 120_000);
});
