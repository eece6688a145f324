import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { dieAtWrite } from './harness/die-at-write.ts';
import { type Harness, openHarness } from './harness/harness.ts';
import { minutes } from './harness/minutes.ts';
import type { Place } from './harness/outbound-queue.ts';
import type { Act } from './harness/scripted-provider.ts';
import { waitsInDue } from './harness/waits-in-due.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const unreachable: Act = { status: 503, body: {} };
const long = ['a', 'b', 'c'].map((letter) => letter.repeat(1500)).join(' ');

/** Two replies of one conversation, both accepted and none of them sent. */
async function withTwo(
  work: (harness: Harness, first: Place, second: Place) => Promise<void>,
  text = 'first',
): Promise<void> {
  const harness = await openHarness(emulators);
  try {
    const conversationId = await harness.newConversation();
    const first = await harness.reply(conversationId, text);
    await work(harness, first, await harness.reply(conversationId, 'second'));
  } finally {
    await harness.close();
  }
}

const texts = (harness: Harness) => harness.api.taken.map(({ text }) => text.slice(0, 10));
const errorOf = async (harness: Harness, place: Place) => (await harness.entry(place)).errors?.[0];
const notSentInTime = { code: 'not_sent_in_time', retryable: true };

describe('a reply whose command comes after a later reply has left', () => {
  it('is not sent any more: failed, not_sent_in_time', async () => {
    await withTwo(async (harness, first, second) => {
      await harness.sendToEnd(second);
      await harness.sendToEnd(first);
      expect(texts(harness)).toEqual(['second']);
      expect(await harness.heard(first)).toEqual(['failed']);
      expect(await errorOf(harness, first)).toMatchObject(notSentInTime);
      expect(await harness.entry(first)).toMatchObject({
        delivery: { state: 'failed', attempt: 0 },
      });
    });
  });

  it('is told so once, however often its command comes', async () => {
    await withTwo(async (harness, first, second) => {
      await harness.sendToEnd(second);
      for (let delivery = 0; delivery < 3; delivery += 1) await harness.sendToEnd(first);
      expect(await harness.heard(first)).toEqual(['failed']);
      expect(texts(harness)).toEqual(['second']);
    });
  });

  it.each([
    ['may have left', 'lost_with_500'],
    ['was taken and lost its answer', 'taken_then_reset'],
  ] as const)('is not sent either where the later one %s', async (_, fate) => {
    await withTwo(async (harness, first, second) => {
      harness.api.fates.push(fate);
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(second);
      harness.api.lookUp = undefined;
      await harness.sendToEnd(first);
      expect(texts(harness)).not.toContain('first');
      expect(await errorOf(harness, first)).toMatchObject(notSentInTime);
    });
  });

  it('goes out where the later one surely has not left and waits', async () => {
    await withTwo(async (harness, first, second) => {
      harness.api.fates.push('throttled');
      expect(await harness.send(second)).toBeGreaterThan(0);
      await harness.sendToEnd(first);
      await harness.sendToEnd(second);
      expect(texts(harness)).toEqual(['first', 'second']);
    });
  });

  it('goes out where nothing later was a reply', async () => {
    await withTwo(async (harness, first) => {
      await harness.sendToEnd(first);
      expect(texts(harness)).toEqual(['first']);
    });
  });

  it('is found out behind any number of entries, by a command that is not fresh', async () => {
    await withTwo(async (harness, first, second) => {
      await harness.sendToEnd(second);
      for (let count = 0; count < 35; count += 1)
        await harness.reply(first.conversationId, `x${count}`);
      harness.clock.pass(120);
      await harness.sendToEnd(first);
      expect(texts(harness)).toEqual(['second']);
      expect(await errorOf(harness, first)).toMatchObject(notSentInTime);
    });
  });

  it('of which a part has been sent says how many', async () => {
    await withTwo(async (harness, first, second) => {
      harness.api.fates.push('taken', 'throttled');
      expect(await harness.send(first)).toBeGreaterThan(0);
      await harness.sendToEnd(second);
      harness.clock.pass(60);
      await harness.sendToEnd(first);
      expect(texts(harness)).toEqual(['aaaaaaaaaa', 'second']);
      expect(await harness.heard(first)).toEqual(['failed']);
      expect(await errorOf(harness, first)).toEqual({
        code: 'sent_in_part',
        title: '1 of 3 parts were sent and have not failed',
        retryable: false,
      });
    }, long);
  });
});

describe('an uncertain reply that is proved unsent', () => {
  it('after a later one has left has failed, and is not sent', async () => {
    await withTwo(async (harness, first, second) => {
      harness.api.fates.push('lost_with_500');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(first);
      await harness.sendToEnd(second);
      harness.api.lookUp = undefined;
      harness.clock.pass(60);
      await harness.sweep();
      expect(harness.commands()).toEqual([first]);
      await harness.sendToEnd(first);
      expect(texts(harness)).toEqual(['second']);
      expect(await harness.heard(first)).toEqual(['failed']);
      expect(await errorOf(harness, first)).toMatchObject(notSentInTime);
    });
  });

  it('after the helpdesk was told that nobody knows has failed too', async () => {
    await withTwo(async (harness, first, second) => {
      harness.api.fates.push('lost_with_500');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(first);
      await harness.sendToEnd(second);
      await minutes(harness, 15);
      harness.api.lookUp = undefined;
      await harness.sendToEnd(first);
      expect(await harness.heard(first)).toEqual(['uncertain', 'failed']);
      expect(texts(harness)).toEqual(['second']);
    });
  });

  it('before a later one has left goes out before it', async () => {
    await withTwo(async (harness, first, second) => {
      harness.api.fates.push('lost_with_500');
      await harness.sendToEnd(first);
      await minutes(harness, 1);
      await harness.sendToEnd(second);
      expect(texts(harness)).toEqual(['first', 'second']);
    });
  });

  it('in its second part, after a later one has left, says that one was sent', async () => {
    await withTwo(async (harness, first, second) => {
      harness.api.fates.push('taken', 'lost_with_500');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(first);
      await harness.sendToEnd(second);
      harness.api.lookUp = undefined;
      harness.clock.pass(60);
      await harness.sendToEnd(first);
      expect(texts(harness)).toEqual(['aaaaaaaaaa', 'second']);
      expect(await errorOf(harness, first)).toMatchObject({
        code: 'sent_in_part',
        retryable: false,
      });
    }, long);
  });
});

describe('evidence for the first of several messages', () => {
  it('that comes after a later reply has left does not send the rest', async () => {
    await withTwo(async (harness, first, second) => {
      harness.api.fates.push('taken_then_reset');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(first);
      await harness.sendToEnd(second);
      const [taken] = harness.api.taken;
      await harness.tell(first, 'sent', { providerMessageId: taken?.id ?? '', part: 0 });
      await harness.sweep();
      for (const command of harness.commands()) await harness.sendToEnd(command);
      expect(texts(harness)).toEqual(['aaaaaaaaaa', 'second']);
      expect(await harness.heard(first)).toEqual(['failed']);
      expect(await errorOf(harness, first)).toMatchObject({ code: 'sent_in_part' });
    }, long);
  });
});

describe('the sweep, with an accepted reply whose command is dead', () => {
  it('asks for it to be sent while nothing later has left', async () => {
    await withTwo(async (harness, first, second) => {
      for (const place of [first, second]) await harness.commandDies(place);
      harness.clock.pass(901);
      await harness.sweep();
      for (const command of harness.commands()) await harness.sendToEnd(command);
      expect(texts(harness)).toEqual(['first', 'second']);
      expect([await harness.heard(first), await harness.heard(second)]).toEqual([
        ['sent'],
        ['sent'],
      ]);
    });
  });

  it('tells that it has failed where a later one has left, once, and asks for nothing', async () => {
    await withTwo(async (harness, first, second) => {
      await harness.commandDies(first);
      await harness.sendToEnd(second);
      harness.clock.pass(901);
      await harness.sweep();
      expect(harness.commands()).toEqual([]);
      expect(await harness.heard(first)).toEqual(['failed']);
      expect(await errorOf(harness, first)).toMatchObject(notSentInTime);
      expect(waitsInDue(await harness.entry(first))).toBe(false);
      harness.clock.pass(901);
      await harness.sweep();
      expect(await harness.heard(first)).toEqual([]);
    });
  });

  it.each([0, 1, 2, 3, 4, 5])(
    'tells it in its next run where it dies at its write %d',
    async (at) => {
      await withTwo(async (harness, first, second) => {
        await harness.commandDies(first);
        await harness.sendToEnd(second);
        harness.clock.pass(901);
        const revive = dieAtWrite(harness, at);
        await harness.sweep().catch(() => undefined);
        revive();
        harness.clock.pass(60);
        await harness.sweep();
        expect(await harness.heard(first)).toEqual(['failed']);
        harness.clock.pass(901);
        await harness.sweep();
        expect(await harness.heard(first)).toEqual([]);
      });
    },
  );
});
