import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, leaseSeconds } from './harness/harness.ts';
import { stateOf, texts, withTwo } from './harness/two-replies.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The next sender stands still right behind its claim, for so long and until `meanwhile` has happened. */
function freezeBehindClaim(
  { target, clock }: Harness,
  meanwhile: () => Promise<void>,
  seconds = leaseSeconds + 1,
): void {
  const { client } = target.table;
  const original = client.send;
  const send = async (command: { input: object }) => {
    const answer = await Reflect.apply(original as () => Promise<unknown>, client, [command]);
    // The claim is the first change of a reply, so it puts the state.
    if ('Item' in command.input && JSON.stringify(command.input.Item).includes('claimedBy')) {
      Object.assign(client, { send: original });
      clock.pass(seconds);
      await meanwhile();
    }
    return answer;
  };
  Object.assign(client, { send });
}

describe('a sender that stood still until its lease was over', () => {
  it('sends nothing by that claim where another one has gone on: the reply has failed, and says why', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      harness.api.lookUp = { status: 503, body: {} };
      freezeBehindClaim(harness, async () => {
        await harness.send(first);
        expect(await stateOf(harness, first)).toBe('uncertain');
        await harness.sendToEnd(second);
      });
      await harness.send(first);
      expect(texts(harness)).toEqual(['second']);
      expect(await harness.heard(first)).toEqual(['failed']);
      expect((await harness.entry(first)).errors?.[0]).toMatchObject({ code: 'not_sent_in_time' });
    });
  });

  it('sends by a new claim where nothing has left meanwhile: once, and in its turn', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      freezeBehindClaim(harness, async () => {
        await harness.send(first);
      });
      await harness.sendToEnd(first);
      await harness.sendToEnd(second);
      expect(texts(harness)).toEqual(['first', 'second']);
      expect(await harness.entry(first)).toMatchObject({ delivery: { state: 'sent', attempt: 2 } });
    });
  });

  it('does the same where nobody has looked at it', async () => {
    await withTwo(emulators, async (harness, first) => {
      freezeBehindClaim(harness, async () => undefined);
      await harness.sendToEnd(first);
      expect(texts(harness)).toEqual(['first']);
      expect(await harness.entry(first)).toMatchObject({ delivery: { state: 'sent', attempt: 2 } });
    });
  });

  it('does the same where the lease would be over in the middle of its attempt: others could go on then', async () => {
    await withTwo(emulators, async (harness, first) => {
      freezeBehindClaim(harness, async () => undefined, leaseSeconds - 1);
      await harness.sendToEnd(first);
      expect(texts(harness)).toEqual(['first']);
      expect(await harness.entry(first)).toMatchObject({ delivery: { state: 'sent', attempt: 2 } });
    });
  });
});
