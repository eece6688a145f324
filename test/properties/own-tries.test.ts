import '#test/model/quiet';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withOwnTries } from '#shared/aws/queues/own-tries';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { RetryLater } from '#shared/retry-later';
import { sqsEvent } from '#test/faults/queues/event-source';
import { type QueueModel, queueModel } from '#test/faults/queues/queue-model';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const max = 20;
const batchSize = 10;

/** What becomes of the nth try of a message. */
type Ending = 'done' | 'fails' | 'later' | 'kills';
type Plan = Readonly<Record<string, (nth: number) => Ending>>;

class Killed extends Error {}

interface Outcome {
  /** Every try, in order. */
  readonly tried: readonly string[];
  readonly done: readonly string[];
  /** In the order in which they died. */
  readonly dead: readonly string[];
}

let runs = 0;

/**
 * One FIFO queue by AWS's rules (a batch takes as many of one group as there are; one in flight blocks its group; what
 * was received too often is set aside), a function behind it, and a clock that is put forward when nothing can be had.
 * Ids begin with their group.
 */
async function run(plan: Plan, counts: 'tries' | 'receives'): Promise<Outcome> {
  runs += 1;
  const prefix = `run${runs}:`;
  const clock = { ms: 0 };
  const model = queueModel({
    visibilitySeconds: 180,
    maxReceiveCount: counts === 'tries' ? max * batchSize : max,
    groupRun: () => batchSize,
    now: () => clock.ms,
  });
  for (const id of Object.keys(plan)) {
    model.put({ id: `${prefix}${id}`, group: id[0] ?? '', body: id });
  }
  const outcome = { tried: [] as string[], done: [] as string[], dead: [] as string[] };
  const consume = consumerOf(plan, counts, model, outcome);
  while (model.waiting() > 0 && clock.ms < 30 * 86_400_000) {
    const batch = model.receive(batchSize);
    if (batch.length === 0) clock.ms += 1000;
    else await deliver(model, batch, consume);
  }
  outcome.dead.push(...model.deadLetters.map(({ body }) => body));
  return outcome;
}

async function deliver(
  model: QueueModel,
  batch: ReturnType<QueueModel['receive']>,
  consume: (event: SQSEvent) => Promise<SQSBatchResponse>,
): Promise<void> {
  try {
    const { batchItemFailures } = await consume(sqsEvent(batch, 'queue.fifo') as SQSEvent);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id, handle } of batch) if (!failed.has(id)) model.remove(handle);
  } catch (fault) {
    // The whole batch stays in flight until its visibility timeout.
    if (!(fault instanceof Killed)) throw fault;
  }
}

function consumerOf(
  plan: Plan,
  counts: 'tries' | 'receives',
  model: QueueModel,
  outcome: { tried: string[]; done: string[]; dead: string[] },
) {
  const client = {
    send: async ({ input }: { input: Visibility }) => changeVisibility(model, input),
  };
  const grave = {
    send: async ({ input }: { input: Buried }) => outcome.dead.push(input.MessageBody),
  };
  // A killed process ends at once: nothing of its batch is handled, and nothing handed back.
  let kill = (_: Error) => {};
  const handle = async ({ body }: SQSRecord): Promise<void> => {
    outcome.tried.push(body);
    const nth = outcome.tried.filter((each) => each === body).length;
    const ending = plan[body]?.(nth) ?? 'done';
    if (ending === 'fails') throw new Error('broken');
    if (ending === 'later') throw new RetryLater(60, 'the account waits');
    if (ending === 'kills') {
      kill(new Killed());
      await new Promise(() => {});
    }
    outcome.done.push(body);
  };
  const limit = {
    ...{ max, table: emulators.table, now: () => new Date() },
    deadLetters: { url: 'dead', client: grave as unknown as SQSClient },
  };
  const consume = queueConsumer({
    ...{ url: 'https://sqs.invalid/queue.fifo', client: client as unknown as SQSClient },
    fifo: true,
    handle: counts === 'tries' ? withOwnTries(limit, handle) : handle,
  });
  return (event: SQSEvent) => {
    const killed = new Promise<never>((_, reject) => {
      kill = reject;
    });
    return Promise.race([consume(event), killed]);
  };
}

interface Visibility {
  readonly Entries: readonly { ReceiptHandle: string; VisibilityTimeout: number }[];
}
interface Buried {
  readonly MessageBody: string;
}

function changeVisibility(model: QueueModel, { Entries }: Visibility): void {
  for (const { ReceiptHandle, VisibilityTimeout } of Entries) {
    model.changeVisibility(ReceiptHandle, VisibilityTimeout);
  }
}

const always = (ending: Ending) => () => ending;
const until = (count: number, ending: Ending) => (nth: number) =>
  nth > count ? ('done' as const) : ending;
const ids = (group: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${group}${String(index).padStart(2, '0')}`);
const planOf = (group: string, count: number, ending: (nth: number) => Ending): Plan =>
  Object.fromEntries(ids(group, count).map((id) => [id, ending]));
const triesOf = ({ tried }: Outcome, id: string) => tried.filter((each) => each === id).length;

describe('a message that only waits behind others of its group', () => {
  it('does not die with a poisoned one, and goes on behind it in order', async () => {
    const outcome = await run(
      { ...planOf('a', 15, always('done')), a00: always('fails') },
      'tries',
    );
    expect(outcome.dead).toEqual(['a00']);
    expect(triesOf(outcome, 'a00')).toBeGreaterThanOrEqual(max);
    expect(outcome.done).toEqual(ids('a', 15).slice(1));
  });

  it('has all its tries behind nine poisoned ones', async () => {
    const plan = { ...planOf('a', 9, always('fails')), a09: until(max - 1, 'fails') };
    const outcome = await run(plan, 'tries');
    expect(outcome.dead).toEqual(ids('a', 9));
    expect(outcome.done).toEqual(['a09']);
  });

  it('does not die behind ones that must come again later by design, each of them often', async () => {
    const outcome = await run(planOf('a', 10, until(max - 1, 'later')), 'tries');
    expect(outcome.dead).toEqual([]);
    expect(outcome.done).toEqual(ids('a', 10));
  });

  it('does not die behind one that kills the function, nor does another group of its batch', async () => {
    const plan = {
      ...planOf('a', 4, always('done')),
      ...planOf('b', 5, always('done')),
      a00: always('kills'),
    };
    const outcome = await run(plan, 'tries');
    expect(outcome.dead).toEqual(['a00']);
    expect(outcome.done.filter((id) => id.startsWith('a'))).toEqual(ids('a', 4).slice(1));
    // Beside it some are done that are not acknowledged, and done again: their order stays.
    const done = new Set(outcome.done.filter((id) => id.startsWith('b')));
    expect([...done]).toEqual(ids('b', 5));
  });
});

describe('counted by receives alone', () => {
  it('nine messages die untried with a poisoned one', async () => {
    const outcome = await run(
      { ...planOf('a', 15, always('done')), a00: always('fails') },
      'receives',
    );
    expect(outcome.dead).toEqual(ids('a', 10));
    expect(outcome.tried.filter((id) => id !== 'a00')).toEqual(ids('a', 15).slice(10));
  });

  it('those behind one that is late by design die after it, though each would have gone', async () => {
    const outcome = await run(planOf('a', 10, until(max - 1, 'later')), 'receives');
    expect(outcome.dead.length).toBeGreaterThan(5);
  });
});
