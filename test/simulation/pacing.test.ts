import { afterAll, describe, expect, it } from 'vitest';
import { countSetting } from '#test/support/runner/settings';
import { bySize } from '#test/support/runner/size';
import { type Figures, flood } from './flood.ts';
import { awsRules } from './stage.ts';

/**
 * `npm run test:simulation` has 20,000, at the 80 a second that WhatsApp's connector declares (docs/reliability.md).
 * Fewer have a pace as much slower, so that most of them wait in `due` too.
 */
const replies = countSetting('REPLIES') ?? bySize({ small: 300, full: 2000 });
const shape = (count: number) => {
  const burst = Math.ceil(count / 250);
  return { replies: count, pacing: { perSecond: burst, burst } };
};
const others = { count: 40, everySeconds: 0.5 };

const told: Record<string, Figures> = {};
afterAll(() => console.log(told));

async function figures(
  name: string,
  count: number,
  more: Partial<Parameters<typeof flood>[0]> = {},
): Promise<Figures> {
  const found = await flood({ ...shape(count), others, ...more });
  told[name] = found;
  return found;
}

/** What an agent waits for on a quiet day, from the command to the call of the provider. */
const quietSeconds = 0.3;

describe(`${replies} replies at once on one account`, () => {
  it('are received three times at most, die nowhere, keep their order and hold up nobody else', async () => {
    const found = await figures('flood', replies);
    expect(found).toMatchObject({
      ...{
        sent: replies + others.count,
        doubled: 0,
        outOfOrder: 0,
        deadLetters: 0,
        leftWaiting: 0,
      },
    });
    expect(found.maxReceives).toBeLessThanOrEqual(3);
    expect(found.slowestOtherSeconds).toBeLessThanOrEqual(1 + quietSeconds);
    // A slot is used a little late where a batch holds several: never more than two seconds' worth come together.
    expect(found.beyondPace).toBeLessThanOrEqual(2 * shape(replies).pacing.perSecond);
    // As the pace allows; those that wait in due are released by the sweep, once a minute.
    expect(found.lastSeconds).toBeLessThanOrEqual(250 + 60);
    // Most of them were not on the queue any more when it began to send.
    expect(found.longestQueue).toBeLessThanOrEqual(replies + 5);
  }, 1_800_000);
});

describe('what the simulation sees', () => {
  it('is how long an agent waits where nobody floods', async () => {
    const { slowestOtherSeconds } = await figures('quiet', 0, {
      pacing: { perSecond: 80, burst: 80 },
    });
    expect(slowestOtherSeconds).toBeGreaterThan(0.1);
    expect(slowestOtherSeconds).toBeLessThan(quietSeconds);
  });

  it('is a reply of another account that stands behind more messages than SQS looks at', async () => {
    const rules = { ...awsRules, queue: { ...awsRules.queue, lookedAt: 50 } };
    const everything = { nearSeconds: 1_000_000, others: { count: 5, everySeconds: 1 } };
    const { slowestOtherSeconds } = await figures('all on the queue', 250, {
      rules,
      ...everything,
    });
    expect(slowestOtherSeconds).toBeGreaterThan(10);
    const { slowestOtherSeconds: withDue } = await figures('far ones in due', 250, {
      ...{ rules, nearSeconds: 30, others: everything.others },
    });
    expect(withDue).toBeLessThan(slowestOtherSeconds / 2);
  }, 120_000);

  it('is a message that is received too often', async () => {
    const rules = { ...awsRules, queue: { ...awsRules.queue, maxReceiveCount: 1 } };
    const { deadLetters, sent } = await figures('one receive', 100, { rules });
    expect(deadLetters).toBeGreaterThan(10);
    expect(sent).toBeLessThan(100 + others.count);
  }, 120_000);

  it('is an account whose item takes fewer writes: its replies wait in due, and nothing dies', async () => {
    const rules = { ...awsRules, table: { ...awsRules.table, writesPerSecondAndKey: 8 } };
    const found = await figures('a throttled item', 300, { rules });
    expect(found.throttledWrites).toBeGreaterThan(0);
    expect(found).toMatchObject({ sent: 340, doubled: 0, outOfOrder: 0, deadLetters: 0 });
  }, 120_000);

  it('is a slot that was not reserved', async () => {
    const found = await figures('slot not reserved', 300, {
      mistake: ({ Key, ExpressionAttributeValues: values = {} }, nowMs) => {
        if (!String(Key?.['pk']).startsWith('ACCOUNT#')) return undefined;
        return { Attributes: { fullAt: nowMs + Number(values[':length'] ?? 0) } };
      },
    });
    expect(found.beyondPace).toBeGreaterThan(20);
  }, 120_000);

  it('is a `due` item that was lost', async () => {
    const found = await figures('due item lost', 300, {
      nearSeconds: 10,
      // The conversation learns of it, and the sweep never does.
      mistake: ({ Item }) => {
        if (String(Item?.['duePk']).startsWith('DUE#slot')) delete Item?.['duePk'];
        return undefined;
      },
    });
    expect(found.sent).toBeLessThan(340);
    expect(found.leftWaiting).toBeGreaterThan(0);
  }, 120_000);
});
