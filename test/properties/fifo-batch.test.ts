import '#test/model/quiet';
import type { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { ConnectorError } from '#shared/errors';
import { RetryLater } from '#shared/retry-later';
import { parameters } from './parameters.ts';

/** One record: its group, and how handling it ends. */
interface Planned {
  readonly group: string;
  readonly end: 'done' | 'error' | 'connector' | 'later';
  readonly received: number;
}

/** At most ten, as Lambda hands out of a FIFO queue; the emulator hands out one of each group only. */
const batch: fc.Arbitrary<Planned[]> = fc.array(
  fc.record({
    group: fc.constantFrom('a', 'b', 'c'),
    end: fc.constantFrom('done', 'done', 'done', 'error', 'connector', 'later'),
    received: fc.integer({ min: 1, max: 20 }),
  }),
  { minLength: 1, maxLength: 10 },
);

const faults = {
  error: () => new Error('broken'),
  connector: () => new ConnectorError('unavailable', 'busy'),
  later: () => new RetryLater(77, 'too early'),
} as const;

const idOf = (index: number) => `message-${index}`;

function eventOf(plan: readonly Planned[]): SQSEvent {
  const Records = plan.map(
    ({ group, received }, index) =>
      ({
        ...{ messageId: idOf(index), receiptHandle: `handle-${index}`, body: String(index) },
        attributes: { MessageGroupId: group, ApproximateReceiveCount: String(received) },
      }) as SQSRecord,
  );
  return { Records };
}

/** What was handled, in order; what came back; what is to show again, and when. */
async function consumed(plan: readonly Planned[], fifo = true, down = false) {
  const handled: number[] = [];
  const shown = new Map<string, number>();
  const send = async ({ input }: ChangeMessageVisibilityBatchCommand) => {
    if (down) throw new Error('SQS is down');
    const { Entries = [] } = input;
    expect(Entries.length).toBeGreaterThan(0);
    expect(new Set(Entries.map(({ Id }) => Id)).size).toBe(Entries.length);
    for (const { ReceiptHandle = '', VisibilityTimeout = -1 } of Entries) {
      shown.set(ReceiptHandle, VisibilityTimeout);
    }
  };
  const consume = queueConsumer({
    ...{ url: 'https://sqs.invalid/queue', fifo, client: { send } as unknown as SQSClient },
    handle: async ({ body }) => {
      handled.push(Number(body));
      const { end = 'done' } = plan[Number(body)] ?? {};
      if (end !== 'done') throw faults[end]();
    },
  });
  const { batchItemFailures } = await consume(eventOf(plan));
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { handled, failed, shown };
}

/** The rule in AWS's words: stop a group at its first failure, and report that one and all after it. */
function ruleOf(plan: readonly Planned[]) {
  const stopped = new Set<string>();
  const handled: number[] = [];
  const failed: number[] = [];
  for (const [index, { group, end }] of plan.entries()) {
    if (stopped.has(group)) {
      failed.push(index);
      continue;
    }
    handled.push(index);
    if (end === 'done') continue;
    failed.push(index);
    stopped.add(group);
  }
  return { handled, failed };
}

/** When each record of these groups began, `(`, and ended, `.`; and how many were in work at once. */
async function timed(groups: readonly string[], groupsAtOnce: number, received = 1) {
  const order: string[] = [];
  let working = 0;
  let max = 0;
  const consume = queueConsumer({
    ...{ url: 'https://sqs.invalid/queue', fifo: true, client: {} as SQSClient, groupsAtOnce },
    handle: async ({ attributes: { MessageGroupId } }) => {
      order.push(`${MessageGroupId}(`);
      working += 1;
      max = Math.max(max, working);
      await new Promise((resolve) => setTimeout(resolve, 5));
      working -= 1;
      order.push(`${MessageGroupId}.`);
    },
  });
  await consume(eventOf(groups.map((group) => ({ group, end: 'done', received }))));
  return { order, max };
}

describe('a batch of a FIFO queue', () => {
  it('hands back of each group its first failure and all that follows it, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (plan) => {
        const { failed } = await consumed(plan);
        expect(failed.toSorted()).toEqual(ruleOf(plan).failed.map(idOf).toSorted());
      }),
      parameters(1000),
    );
  });

  it('is handled in the order of each group, and a failed group holds up no other', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (plan) => {
        const groupOf = (index: number) => plan[index]?.group;
        const { handled } = await consumed(plan);
        expect(Map.groupBy(handled, groupOf)).toEqual(Map.groupBy(ruleOf(plan).handled, groupOf));
      }),
      parameters(1000),
    );
  });

  it('is worked on group beside group, no more at once than it may', async () => {
    const { order, max } = await timed(['a', 'b', 'a', 'c', 'b', 'd'], 2);
    expect(max).toBe(2);
    for (const group of ['a', 'b', 'c', 'd']) {
      const own = order.filter((each) => each.startsWith(group));
      expect(own).toEqual(own.map((_, index) => `${group}${index % 2 ? '.' : '('}`));
    }
    expect((await timed(['a', 'a', 'a'], 10)).max).toBe(1);
    expect((await timed(['a', 'b', 'c'], 1)).max).toBe(1);
    // What comes the third time may kill whatever is worked on beside it.
    expect((await timed(['a', 'b', 'c'], 10, 2)).max).toBe(3);
    expect((await timed(['a', 'b', 'c'], 10, 3)).max).toBe(1);
  });

  it('shows again exactly what it hands back, soon, and later where that was asked', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (plan) => {
        const { shown } = await consumed(plan);
        const rule = ruleOf(plan);
        const handles = rule.failed.map((index) => `handle-${index}`);
        expect([...shown.keys()].toSorted()).toEqual(handles.toSorted());
        for (const index of rule.failed) {
          const wait = shown.get(`handle-${index}`) ?? -1;
          const asked = rule.handled.includes(index) && plan[index]?.end === 'later';
          if (asked) expect(wait).toBe(77);
          expect(wait).toBeGreaterThanOrEqual(1);
          expect(wait).toBeLessThanOrEqual(180);
        }
      }),
      parameters(1000),
    );
  });

  it('hands back the same when the queue does not hear of it', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (plan) => {
        const { failed } = await consumed(plan, true, true);
        expect(failed.toSorted()).toEqual(ruleOf(plan).failed.map(idOf).toSorted());
      }),
      parameters(300),
    );
  });

  it('would be noticed if it hid what follows a failure', async () => {
    const careless = await fc.check(
      fc.asyncProperty(batch, async (plan) => {
        const { failed } = await consumed(plan, false);
        expect(failed.toSorted()).toEqual(ruleOf(plan).failed.map(idOf).toSorted());
      }),
      parameters(500),
    );
    expect(careless.failed).toBe(true);
  });
});

describe('a batch of a standard queue', () => {
  it('hands back exactly what failed, each for itself', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (plan) => {
        const { handled, failed } = await consumed(plan, false);
        const wanted = plan.flatMap(({ end }, index) => (end === 'done' ? [] : [idOf(index)]));
        expect(handled.toSorted()).toEqual(plan.map((_, index) => index).toSorted());
        expect(failed.toSorted()).toEqual(wanted.toSorted());
      }),
      parameters(500),
    );
  });
});
