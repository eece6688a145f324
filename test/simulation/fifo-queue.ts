import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { Heap } from './heap.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What AWS says of a FIFO queue ("Amazon SQS message quotas", "FIFO delivery logic"). */
export interface QueueRules {
  /** Free groups are looked for among so many messages from the oldest on, whether in flight or not. */
  readonly lookedAt: number;
  readonly maxReceiveCount: number;
  readonly visibilitySeconds: number;
  readonly deduplicationSeconds: number;
  /** How long a call takes. */
  readonly milliseconds: number;
}

interface Visibility {
  readonly ReceiptHandle: string;
  readonly VisibilityTimeout: number;
}

interface Candidate {
  readonly order: number;
  readonly group: string;
}

interface Held {
  readonly order: number;
  readonly body: string;
  readonly group: string;
  readonly sentMs: number;
  receives: number;
  visibleMs: number;
  isGone: boolean;
}

export interface FifoQueue {
  readonly client: SQSClient;
  readonly url: string;
  /** Takes up to so many messages, as one batch; empty where nothing is free. */
  readonly receive: (max: number) => readonly SQSRecord[];
  readonly remove: (messageId: string) => void;
  /** Told whenever a message may have become free. */
  onFree: () => void;
  readonly length: () => number;
  readonly longest: () => number;
  readonly dead: readonly string[];
  /** Receives so far of all commands with this body's reply, by the reply. */
  readonly received: ReadonlyMap<string, number>;
}

const replyOf = (body: string): string => {
  const { conversationId, sequence } = JSON.parse(body) as Record<string, unknown>;
  return `${String(conversationId)} ${String(sequence)}`;
};

export function fifoQueue(clock: VirtualClock, rules: QueueRules): FifoQueue {
  const groups = new Map<string, Held[]>();
  const byId = new Map<string, Held>();
  const seenMs = new Map<string, number>();
  const received = new Map<string, number>();
  const dead: string[] = [];
  /** Undeleted messages in order, oldest first; deleted ones leave when they come to the front. */
  const all: Held[] = [];
  let front = 0;
  let live = 0;
  let longest = 0;
  /** Groups that may be free, the one with the oldest message first. */
  const candidates = new Heap<Candidate>((one, other) => one.order < other.order);
  const gone = (held: Held): void => {
    if (held.isGone) return;
    held.isGone = true;
    live -= 1;
    byId.delete(String(held.order));
    const own = groups.get(held.group)?.filter((each) => each !== held) ?? [];
    if (own.length > 0) groups.set(held.group, own);
    else groups.delete(held.group);
  };
  const isFree = (own: readonly Held[]) => own.every(({ visibleMs }) => visibleMs <= clock.nowMs());
  const wake = (group: string, ms: number): void =>
    clock.at(ms, () => {
      const order = groups.get(group)?.[0]?.order;
      if (order === undefined) return;
      candidates.push({ order, group });
      queue.onFree();
    });
  /** The order of the last message that is looked at. */
  const horizon = (): number => {
    while (all[front]?.isGone) front += 1;
    if (live <= rules.lookedAt) return Number.POSITIVE_INFINITY;
    const seen = all.slice(front).filter(({ isGone }) => !isGone);
    return seen[rules.lookedAt - 1]?.order ?? 0;
  };
  const hand = (held: Held): SQSRecord | undefined => {
    if (held.receives >= rules.maxReceiveCount) {
      dead.push(held.body);
      gone(held);
      return undefined;
    }
    held.receives += 1;
    held.visibleMs = clock.nowMs() + rules.visibilitySeconds * 1000;
    wake(held.group, held.visibleMs);
    const reply = replyOf(held.body);
    received.set(reply, (received.get(reply) ?? 0) + 1);
    return {
      ...{ messageId: String(held.order), receiptHandle: String(held.order), body: held.body },
      attributes: {
        ApproximateReceiveCount: String(held.receives),
        MessageGroupId: held.group,
        SentTimestamp: String(held.sentMs),
      },
      ...{ messageAttributes: {}, eventSource: 'aws:sqs', eventSourceARN: 'arn', awsRegion: 'x' },
    } as unknown as SQSRecord;
  };
  const sendMessage = (input: Record<string, string>): void => {
    const { MessageBody: body = '', MessageGroupId: group = '' } = input;
    const id = `${group} ${input['MessageDeduplicationId']}`;
    const nowMs = clock.nowMs();
    const seen = seenMs.get(id);
    if (seen !== undefined && nowMs - seen < rules.deduplicationSeconds * 1000) return;
    seenMs.set(id, nowMs);
    const held = {
      order: all.length,
      body,
      group,
      sentMs: nowMs,
      receives: 0,
      visibleMs: 0,
      isGone: false,
    };
    all.push(held);
    live += 1;
    longest = Math.max(longest, live);
    byId.set(String(held.order), held);
    groups.set(group, [...(groups.get(group) ?? []), held]);
    wake(group, nowMs);
  };
  const changeVisibility = ({ Entries }: { Entries: readonly Visibility[] }): void => {
    for (const { ReceiptHandle, VisibilityTimeout } of Entries) {
      const held = byId.get(ReceiptHandle);
      if (!held) continue;
      held.visibleMs = clock.nowMs() + VisibilityTimeout * 1000;
      wake(held.group, held.visibleMs);
    }
  };
  const send = async ({ input, constructor: { name } }: { input: never } & object) => {
    await clock.sleep(rules.milliseconds);
    if (name === 'SendMessageCommand') sendMessage(input);
    else if (name === 'ChangeMessageVisibilityBatchCommand') changeVisibility(input);
    else throw new Error(`the queue knows no ${name}`);
    return {};
  };
  /** Of the next free group, if it is looked at; undefined where there is none. */
  const nextGroup = (last: number): readonly Held[] | undefined => {
    for (let next = candidates.first; next && next.order <= last; next = candidates.first) {
      candidates.pop();
      const own = groups.get(next.group) ?? [];
      if (own.length > 0 && isFree(own)) return own.filter(({ order }) => order <= last);
    }
    return undefined;
  };
  const queue: FifoQueue = {
    client: { send } as unknown as SQSClient,
    url: 'outbound',
    onFree: () => {},
    receive: (max) => {
      const last = horizon();
      const records: SQSRecord[] = [];
      while (records.length < max) {
        const own = nextGroup(last);
        if (!own) break;
        records.push(...own.slice(0, max - records.length).flatMap((held) => hand(held) ?? []));
      }
      return records;
    },
    remove: (messageId) => {
      const held = byId.get(messageId);
      if (!held) return;
      const { group } = held;
      gone(held);
      wake(group, clock.nowMs());
    },
    length: () => live,
    longest: () => longest,
    ...{ dead, received },
  };
  return queue;
}
