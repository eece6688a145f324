import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leasePart } from '#shared/aws/store/sending/lease';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, leaseSeconds, reconcileAfterSeconds } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';
import type { Act } from './harness/scripted-provider.ts';
import { isMarked, stateOf, sweep, texts, withTwo } from './harness/two-replies.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const unreachable: Act = { status: 503, body: {} };
const long = ['a', 'b', 'c'].map((letter) => letter.repeat(1500)).join(' ');
const notSentInTime = { code: 'not_sent_in_time', retryable: true };

const about = ({ sequence }: Place, asked: readonly Place[]) =>
  asked.some((each) => each.sequence === sequence);

describe('an uncertain reply', () => {
  it.each([
    ['twilio', 'lost_with_500'],
    ['twilio', 'taken_then_reset'],
    ['twilio', 'taken_then_hang'],
    ['twitter', 'taken_then_reset'],
    ['whatsapp', 'taken_then_reset'],
  ] as const)('holds nothing back: of %s after %s', async (connector, fate) => {
    await withTwo(
      emulators,
      async (harness, first, second) => {
        harness.api.fates.push(fate);
        expect(await harness.send(first)).toBeUndefined();
        expect(await stateOf(harness, first)).toBe('uncertain');
        expect(await isMarked(harness, first)).toBe(true);
        expect(await harness.send(second)).toBeUndefined();
        expect(await harness.heard(second)).toEqual(['sent']);
        expect(await harness.heard(first)).toEqual([]);
      },
      'first',
      connector,
    );
  });

  it('in one of its parts holds back the rest of that reply, and no later one', async () => {
    await withTwo(
      emulators,
      async (harness, first, second) => {
        harness.api.fates.push('taken', 'taken_then_reset');
        expect(await harness.send(first)).toBeUndefined();
        expect(await harness.send(second)).toBeUndefined();
        expect(texts(harness)).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb', 'second']);
        expect(await harness.entry(first)).toMatchObject({
          delivery: { state: 'uncertain', part: 1 },
        });
      },
      long,
    );
  });

  it('that its dead sender left holds back the later ones no longer than until its command comes again', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      await claimAndDie(harness, first);
      harness.clock.pass(leaseSeconds);
      harness.api.lookUp = unreachable;
      expect(await harness.send(first)).toBeUndefined();
      expect(await stateOf(harness, first)).toBe('uncertain');
      expect(await harness.send(second)).toBeUndefined();
      expect(texts(harness)).toEqual(['second']);
    });
  });

  it('is not held up itself by an account that cannot be asked now: the sweep asks again', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      harness.api.fates.push('lost_with_500');
      await harness.send(first);
      harness.clock.pass(reconcileAfterSeconds);
      harness.failing.secrets = true;
      await harness.sweep();
      for (const command of harness.commands()) expect(await harness.send(command)).toBeUndefined();
      harness.failing.secrets = false;
      expect(await stateOf(harness, first)).toBe('uncertain');
      await harness.sendToEnd(second);
      harness.clock.pass(120);
      await sweep(harness);
      expect(await harness.heard(first)).toEqual(['failed']);
    });
  });
});

describe('the look-up that the sweep asks for', () => {
  it('comes after the provider’s callbacks have had their time, and finds what was sent', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      harness.api.fates.push('taken_then_reset');
      await harness.send(first);
      await harness.send(second);
      harness.clock.pass(reconcileAfterSeconds - 1);
      expect(await sweep(harness)).toEqual([]);
      harness.clock.pass(1);
      expect(await sweep(harness)).toEqual([first]);
      expect(await harness.heard(first)).toEqual(['sent']);
      expect(texts(harness)).toEqual(['first', 'second']);
      expect(await isMarked(harness, first)).toBe(false);
    });
  });

  it('proves it unsent: sent again where nothing later has left, before what comes then', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      harness.api.fates.push('lost_with_500');
      await harness.send(first);
      harness.clock.pass(reconcileAfterSeconds);
      await sweep(harness);
      await harness.sendToEnd(second);
      expect(texts(harness)).toEqual(['first', 'second']);
      expect([await harness.heard(first), await harness.heard(second)]).toEqual([
        ['sent'],
        ['sent'],
      ]);
    });
  });

  it('proves it unsent: failed where a later one has left, and never accepted', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      harness.api.fates.push('lost_with_500');
      await harness.send(first);
      await harness.send(second);
      harness.clock.pass(reconcileAfterSeconds);
      await sweep(harness);
      expect(texts(harness)).toEqual(['second']);
      expect(await harness.heard(first)).toEqual(['failed']);
      expect(await harness.entry(first)).toMatchObject({ errors: [notSentInTime] });
    });
  });

  it('is repeated after twice the time, until the deadline, and then it is told', async () => {
    await withTwo(emulators, async (harness, first) => {
      harness.api.fates.push('lost_with_500');
      harness.api.lookUp = unreachable;
      await harness.send(first);
      const at = await sixteenMinutes(harness, first);
      const asked = [1, 2, 4, 8].map((minute) => [minute, 'asked']);
      expect(at).toEqual([...asked, [15, 'uncertain']]);
      expect(await isMarked(harness, first)).toBe(false);
    });
  });

  it('comes once also when the sweep is later than the deadline', async () => {
    await withTwo(emulators, async (harness, first) => {
      harness.api.fates.push('taken_then_reset');
      await harness.send(first);
      harness.clock.pass(3_600);
      expect(about(first, await sweep(harness))).toBe(true);
      expect(await harness.heard(first)).toEqual(['sent']);
    });
  });

  it('is not asked for where the provider cannot be asked', async () => {
    await withTwo(
      emulators,
      async (harness, first) => {
        harness.api.fates.push('taken_then_reset');
        await harness.send(first);
        for (let minute = 1; minute <= 15; minute += 1) {
          harness.clock.pass(60);
          expect(about(first, await sweep(harness))).toBe(false);
        }
        expect(await harness.heard(first)).toEqual(['uncertain']);
      },
      'first',
      'whatsapp',
    );
  });

  it('does not keep what the same attempt’s evidence frees from being asked for', async () => {
    await withTwo(
      emulators,
      async (harness, first) => {
        harness.api.fates.push('taken_then_reset');
        harness.api.lookUp = unreachable;
        await harness.send(first);
        harness.clock.pass(reconcileAfterSeconds);
        expect(await sweep(harness)).toEqual([first]);
        const [taken] = harness.api.taken;
        await harness.tell(first, 'sent', { providerMessageId: taken?.id ?? '', part: 0 });
        harness.clock.pass(1);
        expect(await sweep(harness)).toEqual([first]);
        expect(texts(harness)).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc']);
      },
      long,
    );
  });

  it('is counted anew for each attempt', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      harness.api.fates.push('lost_with_500', 'lost_with_500');
      await harness.send(first);
      harness.clock.pass(reconcileAfterSeconds);
      await sweep(harness);
      expect(await harness.entry(first)).toMatchObject({
        delivery: { state: 'uncertain', attempt: 2 },
      });
      harness.clock.pass(3_600);
      expect(about(first, await sweep(harness))).toBe(true);
      expect(await harness.heard(first)).toEqual(['sent']);
      await harness.sendToEnd(second);
      expect(texts(harness)).toEqual(['first', 'second']);
    });
  });
});

/** A sender that claims, and dies before its call. */
async function claimAndDie(harness: Harness, place: Place): Promise<void> {
  const at = harness.clock.now.toISOString();
  const leaseUntil = new Date(harness.clock.now.getTime() + leaseSeconds * 1000).toISOString();
  await leasePart(harness.target.table, place, { part: 0, parts: 1, leaseUntil, at });
}

/** What happens to a reply, and in which minute. */
async function sixteenMinutes(
  harness: Harness,
  place: Place,
): Promise<[minute: number, what: string][]> {
  const at: [minute: number, what: string][] = [];
  for (let minute = 1; minute <= 16; minute += 1) {
    harness.clock.pass(60);
    if (about(place, await sweep(harness))) at.push([minute, 'asked']);
    for (const kind of await harness.heard(place)) at.push([minute, kind]);
  }
  return at;
}
