import { env } from 'node:process';
import { afterAll, describe, expect, it } from 'vitest';
import { type Figures, flood } from './flood.ts';
import { awsRules } from './stage.ts';

/** `REPLIES=20000 npx vitest run test/simulation` as in docs/reliability.md; 2,000 take some ten seconds. */
const replies = Number(env['REPLIES'] ?? 2000);
const others = { count: 40, everySeconds: 0.5 };

const told: Record<string, Figures> = {};
afterAll(() => console.log(told));

async function figures(name: string, more: Partial<Parameters<typeof flood>[0]>): Promise<Figures> {
  const found = await flood({ replies, others, ...more });
  told[name] = found;
  return found;
}

/** What an agent waits for on a quiet day, from the command to the call of the provider. */
const quietSeconds = 0.3;

describe(`${replies} replies at once on one account`, () => {
  it('are received three times at most, die nowhere, keep their order and hold up nobody else', async () => {
    const found = await figures('flood', {});
    expect(found).toMatchObject({
      ...{ sent: replies + others.count, doubled: 0, outOfOrder: 0, deadLetters: 0, leftWaiting: 0 },
    });
    expect(found.mostReceives).toBeLessThanOrEqual(3);
    expect(found.slowestOtherSeconds).toBeLessThanOrEqual(1 + quietSeconds);
    expect(found.beyondPace).toBeLessThanOrEqual(0);
    // 80 at once, 80 a second after that; the sweep comes once a minute.
    expect(found.lastSeconds).toBeLessThanOrEqual((replies - 80) / 80 + 60);
  }, 1_800_000);
});

describe('what the simulation sees', () => {
  const small = { replies: 600, others: { count: 20, everySeconds: 1 } };

  it('is an account that a reply of another one does not wait for', async () => {
    const { slowestOtherSeconds } = await figures('quiet', { replies: 0 });
    expect(slowestOtherSeconds).toBeGreaterThan(0.1);
    expect(slowestOtherSeconds).toBeLessThan(quietSeconds);
  });
});
