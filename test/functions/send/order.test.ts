import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, openDesk } from './desk.ts';
import { dieAtWrite } from './die-at-write.ts';
import { minutes } from './minutes.ts';
import type { Place } from './outbound-queue.ts';
import type { Act } from './scripted-provider.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const unreachable: Act = { status: 503, body: {} };
const long = ['a', 'b', 'c'].map((letter) => letter.repeat(1500)).join(' ');

/** Two replies of one conversation, both accepted and none of them sent. */
async function withTwo(
  work: (desk: Desk, first: Place, second: Place) => Promise<void>,
  text = 'first',
): Promise<void> {
  const desk = await openDesk(emulators);
  try {
    const conversationId = await desk.newConversation();
    const first = await desk.reply(conversationId, text);
    await work(desk, first, await desk.reply(conversationId, 'second'));
  } finally {
    await desk.close();
  }
}

const texts = (desk: Desk) => desk.api.taken.map(({ text }) => text.slice(0, 10));
const errorOf = async (desk: Desk, place: Place) => (await desk.entry(place)).errors?.[0];
const notSentInTime = { code: 'not_sent_in_time', retryable: true };

describe('a reply whose command comes after a later reply has left', () => {
  it('is not sent any more: failed, not_sent_in_time', async () => {
    await withTwo(async (desk, first, second) => {
      await desk.sendToEnd(second);
      await desk.sendToEnd(first);
      expect(texts(desk)).toEqual(['second']);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect(await errorOf(desk, first)).toMatchObject(notSentInTime);
      expect(await desk.entry(first)).toMatchObject({ delivery: { state: 'failed', attempt: 0 } });
    });
  });

  it('is told so once, however often its command comes', async () => {
    await withTwo(async (desk, first, second) => {
      await desk.sendToEnd(second);
      for (let delivery = 0; delivery < 3; delivery += 1) await desk.sendToEnd(first);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect(texts(desk)).toEqual(['second']);
    });
  });

  it.each([
    ['may have left', 'lost_with_500'],
    ['was taken and lost its answer', 'taken_then_reset'],
  ] as const)('is not sent either where the later one %s', async (_, fate) => {
    await withTwo(async (desk, first, second) => {
      desk.api.fates.push(fate);
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(second);
      desk.api.lookUp = undefined;
      await desk.sendToEnd(first);
      expect(texts(desk)).not.toContain('first');
      expect(await errorOf(desk, first)).toMatchObject(notSentInTime);
    });
  });

  it('goes out where the later one surely has not left and waits', async () => {
    await withTwo(async (desk, first, second) => {
      desk.api.fates.push('throttled');
      expect(await desk.send(second)).toBeGreaterThan(0);
      await desk.sendToEnd(first);
      await desk.sendToEnd(second);
      expect(texts(desk)).toEqual(['first', 'second']);
    });
  });

  it('goes out where nothing later was a reply', async () => {
    await withTwo(async (desk, first) => {
      await desk.sendToEnd(first);
      expect(texts(desk)).toEqual(['first']);
    });
  });

  it('is found out behind any number of entries, by a command that is not fresh', async () => {
    await withTwo(async (desk, first, second) => {
      await desk.sendToEnd(second);
      for (let count = 0; count < 35; count += 1)
        await desk.reply(first.conversationId, `x${count}`);
      desk.clock.pass(120);
      await desk.sendToEnd(first);
      expect(texts(desk)).toEqual(['second']);
      expect(await errorOf(desk, first)).toMatchObject(notSentInTime);
    });
  });

  it('of which a part has been sent says how many', async () => {
    await withTwo(async (desk, first, second) => {
      desk.api.fates.push('taken', 'throttled');
      expect(await desk.send(first)).toBeGreaterThan(0);
      await desk.sendToEnd(second);
      desk.clock.pass(60);
      await desk.sendToEnd(first);
      expect(texts(desk)).toEqual(['aaaaaaaaaa', 'second']);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect(await errorOf(desk, first)).toEqual({
        code: 'sent_in_part',
        title: '1 of 3 parts were sent and have not failed',
        retryable: false,
      });
    }, long);
  });
});

describe('an uncertain reply that is proved unsent', () => {
  it('after a later one has left has failed, and is not sent', async () => {
    await withTwo(async (desk, first, second) => {
      desk.api.fates.push('lost_with_500');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(first);
      await desk.sendToEnd(second);
      desk.api.lookUp = undefined;
      desk.clock.pass(60);
      await desk.sweep();
      expect(desk.commands()).toEqual([first]);
      await desk.sendToEnd(first);
      expect(texts(desk)).toEqual(['second']);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect(await errorOf(desk, first)).toMatchObject(notSentInTime);
    });
  });

  it('after the helpdesk was told that nobody knows has failed too', async () => {
    await withTwo(async (desk, first, second) => {
      desk.api.fates.push('lost_with_500');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(first);
      await desk.sendToEnd(second);
      await minutes(desk, 15);
      desk.api.lookUp = undefined;
      await desk.sendToEnd(first);
      expect(await desk.heard(first)).toEqual(['uncertain', 'failed']);
      expect(texts(desk)).toEqual(['second']);
    });
  });

  it('before a later one has left goes out before it', async () => {
    await withTwo(async (desk, first, second) => {
      desk.api.fates.push('lost_with_500');
      await desk.sendToEnd(first);
      await minutes(desk, 1);
      await desk.sendToEnd(second);
      expect(texts(desk)).toEqual(['first', 'second']);
    });
  });

  it('in its second part, after a later one has left, says that one was sent', async () => {
    await withTwo(async (desk, first, second) => {
      desk.api.fates.push('taken', 'lost_with_500');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(first);
      await desk.sendToEnd(second);
      desk.api.lookUp = undefined;
      desk.clock.pass(60);
      await desk.sendToEnd(first);
      expect(texts(desk)).toEqual(['aaaaaaaaaa', 'second']);
      expect(await errorOf(desk, first)).toMatchObject({ code: 'sent_in_part', retryable: false });
    }, long);
  });
});

describe('evidence for the first of several messages', () => {
  it('that comes after a later reply has left does not send the rest', async () => {
    await withTwo(async (desk, first, second) => {
      desk.api.fates.push('taken_then_reset');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(first);
      await desk.sendToEnd(second);
      const [taken] = desk.api.taken;
      await desk.tell(first, 'sent', { providerMessageId: taken?.id ?? '', part: 0 });
      await desk.sweep();
      for (const command of desk.commands()) await desk.sendToEnd(command);
      expect(texts(desk)).toEqual(['aaaaaaaaaa', 'second']);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect(await errorOf(desk, first)).toMatchObject({ code: 'sent_in_part' });
    }, long);
  });
});

describe('the sweep, with an accepted reply whose command is dead', () => {
  it('asks for it to be sent while nothing later has left', async () => {
    await withTwo(async (desk, first, second) => {
      for (const place of [first, second]) await desk.commandDies(place);
      desk.clock.pass(901);
      await desk.sweep();
      for (const command of desk.commands()) await desk.sendToEnd(command);
      expect(texts(desk)).toEqual(['first', 'second']);
      expect([await desk.heard(first), await desk.heard(second)]).toEqual([['sent'], ['sent']]);
    });
  });

  it('tells that it has failed where a later one has left, once, and asks for nothing', async () => {
    await withTwo(async (desk, first, second) => {
      await desk.commandDies(first);
      await desk.sendToEnd(second);
      desk.clock.pass(901);
      await desk.sweep();
      expect(desk.commands()).toEqual([]);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect(await errorOf(desk, first)).toMatchObject(notSentInTime);
      expect(await desk.entry(first)).not.toHaveProperty('duePk');
      desk.clock.pass(901);
      await desk.sweep();
      expect(await desk.heard(first)).toEqual([]);
    });
  });

  it.each([0, 1, 2, 3, 4, 5])(
    'tells it in its next run where it dies at its write %d',
    async (at) => {
      await withTwo(async (desk, first, second) => {
        await desk.commandDies(first);
        await desk.sendToEnd(second);
        desk.clock.pass(901);
        const revive = dieAtWrite(desk, at);
        await desk.sweep().catch(() => undefined);
        revive();
        desk.clock.pass(60);
        await desk.sweep();
        expect(await desk.heard(first)).toEqual(['failed']);
        desk.clock.pass(901);
        await desk.sweep();
        expect(await desk.heard(first)).toEqual([]);
      });
    },
  );
});
