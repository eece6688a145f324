import { pacingOf } from '#connectors/capabilities';
import { replyAccepter } from '#functions/accept-reply/accept-reply';
import { sendConsumer } from '#functions/send/consumer';
import { sweeper } from '#functions/sweep/sweep';
import type { AccountSetting } from '#shared/accounts';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import type { ReplyCommand } from '#shared/model/reply';
import { nearSeconds } from '#shared/near';
import { fixedSecrets } from '#test/support/aws/fixed-secrets';
import { eventSource } from './event-source.ts';
import { fifoQueue } from './fifo-queue.ts';
import { memoryTable } from './memory-table.ts';
import { playProvider } from './provider.ts';
import { virtualClock } from './virtual-clock.ts';

/**
 * AWS's rules as its documentation states them, and latencies as they were published (docs/reliability.md). The queue's
 * hundred receives and the function's times are those of the template.
 */
export const awsRules = {
  table: {
    writesPerSecondAndKey: 1000,
    milliseconds: { Get: 4, Query: 5, Write: 8, Transact: 25 },
  },
  queue: {
    ...{ lookedAt: 120_000, maxReceiveCount: 100, visibilitySeconds: 540 },
    ...{ deduplicationSeconds: 300, milliseconds: 8 },
  },
  lambda: { concurrency: 1000, batchSize: 10, milliseconds: 28 },
  providerMilliseconds: 150,
};

interface Call {
  readonly Key?: Record<string, unknown>;
  readonly Item?: Record<string, unknown>;
  readonly ExpressionAttributeValues?: Record<string, unknown>;
}

export interface Options {
  readonly rules?: typeof awsRules;
  /** For what is to go wrong: how far ahead a slot may be that is waited for on the queue. */
  readonly nearSeconds?: number;
  /** For what is to go wrong: stands before each call of the table; what it gives is the answer. */
  readonly mistake?: (call: Call, nowMs: number) => object | undefined;
  /** Default: as the connector declares it. */
  readonly pacing?: AccountSetting['pacing'];
}

const settingOf = (account: string, address: string): AccountSetting => ({
  ...{ connector: 'whatsapp', account, secretId: account, settings: { address } },
  ...{
    apiUrl: 'https://meta.invalid',
    publicUrl: `https://door.invalid/webhooks/whatsapp/${account}`,
  },
});

/** Two accounts of one connector, in the order in which the tests name them. */
export const numbers = { busy: '100', other: '200' } as const;
export type Line = keyof typeof numbers;

/** The functions that send, on a virtual clock, with everything around them played by AWS's rules. */
export function openStage({
  rules = awsRules,
  nearSeconds: near = nearSeconds,
  pacing: pace,
  mistake,
}: Options = {}) {
  const clock = virtualClock(new Date('2026-11-27T10:00:00.000Z'));
  const memory = memoryTable(clock, rules.table);
  if (mistake) plant(memory.table.client, (call) => mistake(call, clock.nowMs()));
  const provider = playProvider(clock, rules.providerMilliseconds);
  const outbound = fifoQueue(clock, rules.queue);
  const events: unknown[] = [];
  const silent: Queue = {
    url: 'normalized',
    client: { send: async () => void (await clock.sleep(rules.queue.milliseconds)) } as never,
  };
  const accounts = Object.entries(numbers).map(([name, address]) => ({
    ...settingOf(name, address),
    ...(pace ? { pacing: pace } : {}),
  }));
  const { now } = clock;
  const target: PublishTarget = { table: memory.table, normalized: silent, outbound, now };
  const pacing = {
    nearSeconds: near,
    pacingOf: (account: Parameters<typeof pacingOf>[1]) => pacingOf(accounts, account),
  };
  const deadLetters: string[] = [];
  const consume = sendConsumer(
    {
      ...{ accounts, target, now, sleep: clock.sleep, archiveBucket: 'archive', ...pacing },
      secrets: fixedSecrets({ appSecret: 's', verifyToken: 'v', accessToken: 't' }),
      files: async () => ({ kind: 'read', bytes: new Uint8Array() }),
      addressOf: async () => ({ kind: 'addressed', address: 'https://archive.example' }),
      ...{ attemptTimeoutSeconds: 15, uploadTimeoutSeconds: 45, leaseSeconds: 120 },
      ...{ reconcileAfterSeconds: 60, uncertainAfterSeconds: 900, remainingSeconds: () => 90 },
    },
    outbound,
    {
      ...{ table: memory.table, now, max: 10 },
      deadLetters: {
        url: 'dead',
        client: {
          send: async ({ input }: { input: { MessageBody: string } }) => {
            deadLetters.push(input.MessageBody);
          },
        } as never,
      },
    },
  );
  const accept = replyAccepter({
    ...{ target, now, settings: { accounts, archiveBucket: 'archive' } },
    look: async () => ({ kind: 'found' as const, sizeBytes: 1 }),
  });
  const sweep = sweeper({
    ...{ target, now, uncertainAfterSeconds: 900, ...pacing, remainingSeconds: () => 60 },
    deadReplies: { url: 'dead', client: { send: async () => ({}) } as never },
  });
  return {
    ...{ clock, memory, provider, outbound, events, deadLetters, sweep },
    /** A customer writes; resolves with the conversation. */
    converse: async (line: Line, customer: number) => {
      const identity = (address: string) => ({
        ...{ channel: 'whatsapp' as const, scope: '', address, kind: 'phone' as const },
      });
      const receivedAt = now().toISOString();
      const origin = { connector: 'whatsapp', account: line, receivedAt, replyWindowHours: 24 };
      const { conversation, entry } = await appendMessage(memory.table, origin, {
        ...{ kind: 'message', channel: 'whatsapp', direction: 'inbound', visibility: 'private' },
        providerMessageId: `in-${line}-${customer}`,
        business: identity(numbers[line]),
        customer: { identities: [identity(`49170${customer}`)] },
        ...{ occurredAt: receivedAt, content: { type: 'text', text: 'Hello' }, text: 'Hello' },
        attachments: [],
      });
      await publish(target, conversation, entry);
      return conversation.id;
    },
    reply: (conversationId: string, text: string, more: Partial<ReplyCommand> = {}) =>
      accept(
        JSON.stringify({ conversationId, replyId: text, content: { type: 'text', text }, ...more }),
        text,
      ),
    /** From now on the queue feeds the function, and the sweep runs every minute. */
    start: () => {
      const source = eventSource(clock, outbound, rules.lambda, consume);
      const sweepAgain = () => {
        void sweep();
        clock.at(clock.nowMs() + 60_000, sweepAgain);
      };
      clock.at(clock.nowMs() + 30_000, sweepAgain);
      outbound.onFree();
      return source;
    },
  };
}

function plant(client: object, answer: (call: Call) => object | undefined): void {
  const original = Reflect.get(client, 'send') as (command: { input: Call }) => unknown;
  const send = async (command: { input: Call }) => answer(command.input) ?? original(command);
  Object.assign(client, { send });
}
