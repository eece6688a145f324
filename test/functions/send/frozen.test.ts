import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, leaseSeconds } from './desk.ts';
import { stateOf, texts, withTwo } from './two-replies.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The next sender stands still right behind its claim, for so long and until `meanwhile` has happened. */
function freezeBehindClaim(
  { target, clock }: Desk,
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
    await withTwo(emulators, async (desk, first, second) => {
      desk.api.lookUp = { status: 503, body: {} };
      freezeBehindClaim(desk, async () => {
        await desk.send(first);
        expect(await stateOf(desk, first)).toBe('uncertain');
        await desk.sendToEnd(second);
      });
      await desk.send(first);
      expect(texts(desk)).toEqual(['second']);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect((await desk.entry(first)).errors?.[0]).toMatchObject({ code: 'not_sent_in_time' });
    });
  });

  it('sends by a new claim where nothing has left meanwhile: once, and in its turn', async () => {
    await withTwo(emulators, async (desk, first, second) => {
      freezeBehindClaim(desk, async () => {
        await desk.send(first);
      });
      await desk.sendToEnd(first);
      await desk.sendToEnd(second);
      expect(texts(desk)).toEqual(['first', 'second']);
      expect(await desk.entry(first)).toMatchObject({ delivery: { state: 'sent', attempt: 2 } });
    });
  });

  it('does the same where nobody has looked at it', async () => {
    await withTwo(emulators, async (desk, first) => {
      freezeBehindClaim(desk, async () => undefined);
      await desk.sendToEnd(first);
      expect(texts(desk)).toEqual(['first']);
      expect(await desk.entry(first)).toMatchObject({ delivery: { state: 'sent', attempt: 2 } });
    });
  });

  it('does the same where the lease would be over in the middle of its attempt: others could go on then', async () => {
    await withTwo(emulators, async (desk, first) => {
      freezeBehindClaim(desk, async () => undefined, leaseSeconds - 1);
      await desk.sendToEnd(first);
      expect(texts(desk)).toEqual(['first']);
      expect(await desk.entry(first)).toMatchObject({ delivery: { state: 'sent', attempt: 2 } });
    });
  });
});
