import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimPart } from '#shared/aws/store/sending/claim';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, leaseSeconds, reconcileAfterSeconds } from './desk.ts';
import type { Place } from './outbound-queue.ts';
import type { Act } from './scripted-provider.ts';
import { isMarked, stateOf, sweep, texts, withTwo } from './two-replies.ts';

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
      async (desk, first, second) => {
        desk.api.fates.push(fate);
        expect(await desk.send(first)).toBeUndefined();
        expect(await stateOf(desk, first)).toBe('uncertain');
        expect(await isMarked(desk, first)).toBe(true);
        expect(await desk.send(second)).toBeUndefined();
        expect(await desk.heard(second)).toEqual(['sent']);
        expect(await desk.heard(first)).toEqual([]);
      },
      'first',
      connector,
    );
  });

  it('in one of its parts holds back the rest of that reply, and no later one', async () => {
    await withTwo(
      emulators,
      async (desk, first, second) => {
        desk.api.fates.push('taken', 'taken_then_reset');
        expect(await desk.send(first)).toBeUndefined();
        expect(await desk.send(second)).toBeUndefined();
        expect(texts(desk)).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb', 'second']);
        expect(await desk.entry(first)).toMatchObject({
          delivery: { state: 'uncertain', part: 1 },
        });
      },
      long,
    );
  });

  it('that its dead sender left holds back the later ones no longer than until its command comes again', async () => {
    await withTwo(emulators, async (desk, first, second) => {
      await claimAndDie(desk, first);
      desk.clock.pass(leaseSeconds);
      desk.api.lookUp = unreachable;
      expect(await desk.send(first)).toBeUndefined();
      expect(await stateOf(desk, first)).toBe('uncertain');
      expect(await desk.send(second)).toBeUndefined();
      expect(texts(desk)).toEqual(['second']);
    });
  });

  it('is not held up itself by an account that cannot be asked now: the sweep asks again', async () => {
    await withTwo(emulators, async (desk, first, second) => {
      desk.api.fates.push('lost_with_500');
      await desk.send(first);
      desk.clock.pass(reconcileAfterSeconds);
      desk.failing.secrets = true;
      await desk.sweep();
      for (const command of desk.commands()) expect(await desk.send(command)).toBeUndefined();
      desk.failing.secrets = false;
      expect(await stateOf(desk, first)).toBe('uncertain');
      await desk.sendToEnd(second);
      desk.clock.pass(120);
      await sweep(desk);
      expect(await desk.heard(first)).toEqual(['failed']);
    });
  });
});

describe('the look-up that the sweep asks for', () => {
  it('comes after the provider’s callbacks have had their time, and finds what was sent', async () => {
    await withTwo(emulators, async (desk, first, second) => {
      desk.api.fates.push('taken_then_reset');
      await desk.send(first);
      await desk.send(second);
      desk.clock.pass(reconcileAfterSeconds - 1);
      expect(await sweep(desk)).toEqual([]);
      desk.clock.pass(1);
      expect(await sweep(desk)).toEqual([first]);
      expect(await desk.heard(first)).toEqual(['sent']);
      expect(texts(desk)).toEqual(['first', 'second']);
      expect(await isMarked(desk, first)).toBe(false);
    });
  });

  it('proves it unsent: sent again where nothing later has left, before what comes then', async () => {
    await withTwo(emulators, async (desk, first, second) => {
      desk.api.fates.push('lost_with_500');
      await desk.send(first);
      desk.clock.pass(reconcileAfterSeconds);
      await sweep(desk);
      await desk.sendToEnd(second);
      expect(texts(desk)).toEqual(['first', 'second']);
      expect([await desk.heard(first), await desk.heard(second)]).toEqual([['sent'], ['sent']]);
    });
  });

  it('proves it unsent: failed where a later one has left, and never accepted', async () => {
    await withTwo(emulators, async (desk, first, second) => {
      desk.api.fates.push('lost_with_500');
      await desk.send(first);
      await desk.send(second);
      desk.clock.pass(reconcileAfterSeconds);
      await sweep(desk);
      expect(texts(desk)).toEqual(['second']);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect(await desk.entry(first)).toMatchObject({ errors: [notSentInTime] });
    });
  });

  it('is repeated after twice the time, until the deadline, and then it is told', async () => {
    await withTwo(emulators, async (desk, first) => {
      desk.api.fates.push('lost_with_500');
      desk.api.lookUp = unreachable;
      await desk.send(first);
      const at = await sixteenMinutes(desk, first);
      const asked = [1, 2, 4, 8].map((minute) => [minute, 'asked']);
      expect(at).toEqual([...asked, [15, 'uncertain']]);
      expect(await isMarked(desk, first)).toBe(false);
    });
  });

  it('comes once also when the sweep is later than the deadline', async () => {
    await withTwo(emulators, async (desk, first) => {
      desk.api.fates.push('taken_then_reset');
      await desk.send(first);
      desk.clock.pass(3_600);
      expect(about(first, await sweep(desk))).toBe(true);
      expect(await desk.heard(first)).toEqual(['sent']);
    });
  });

  it('is not asked for where the provider cannot be asked', async () => {
    await withTwo(
      emulators,
      async (desk, first) => {
        desk.api.fates.push('taken_then_reset');
        await desk.send(first);
        for (let minute = 1; minute <= 15; minute += 1) {
          desk.clock.pass(60);
          expect(about(first, await sweep(desk))).toBe(false);
        }
        expect(await desk.heard(first)).toEqual(['uncertain']);
      },
      'first',
      'whatsapp',
    );
  });

  it('does not keep what the same attempt’s evidence frees from being asked for', async () => {
    await withTwo(
      emulators,
      async (desk, first) => {
        desk.api.fates.push('taken_then_reset');
        desk.api.lookUp = unreachable;
        await desk.send(first);
        desk.clock.pass(reconcileAfterSeconds);
        expect(await sweep(desk)).toEqual([first]);
        const [taken] = desk.api.taken;
        await desk.tell(first, 'sent', { providerMessageId: taken?.id ?? '', part: 0 });
        desk.clock.pass(1);
        expect(await sweep(desk)).toEqual([first]);
        expect(texts(desk)).toEqual(['aaaaaaaaaa', 'bbbbbbbbbb', 'cccccccccc']);
      },
      long,
    );
  });

  it('is counted anew for each attempt', async () => {
    await withTwo(emulators, async (desk, first, second) => {
      desk.api.fates.push('lost_with_500', 'lost_with_500');
      await desk.send(first);
      desk.clock.pass(reconcileAfterSeconds);
      await sweep(desk);
      expect(await desk.entry(first)).toMatchObject({
        delivery: { state: 'uncertain', attempt: 2 },
      });
      desk.clock.pass(3_600);
      expect(about(first, await sweep(desk))).toBe(true);
      expect(await desk.heard(first)).toEqual(['sent']);
      await desk.sendToEnd(second);
      expect(texts(desk)).toEqual(['first', 'second']);
    });
  });
});

/** A sender that claims, and dies before its call. */
async function claimAndDie(desk: Desk, place: Place): Promise<void> {
  const at = desk.clock.now.toISOString();
  const leaseUntil = new Date(desk.clock.now.getTime() + leaseSeconds * 1000).toISOString();
  await claimPart(desk.target.table, place, { part: 0, parts: 1, leaseUntil, at });
}

/** What happens to a reply, and in which minute. */
async function sixteenMinutes(desk: Desk, place: Place): Promise<[minute: number, what: string][]> {
  const at: [minute: number, what: string][] = [];
  for (let minute = 1; minute <= 16; minute += 1) {
    desk.clock.pass(60);
    if (about(place, await sweep(desk))) at.push([minute, 'asked']);
    for (const kind of await desk.heard(place)) at.push([minute, kind]);
  }
  return at;
}
