import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leasePart } from '#shared/aws/store/sending/lease';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness, reconcileAfterSeconds } from './harness/harness.ts';
import { minutes } from './harness/minutes.ts';
import type { Place } from './harness/outbound-queue.ts';
import type { Act } from './harness/scripted-provider.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withReply(
  work: (harness: Harness, place: Place) => Promise<void>,
  text = 'Hello back',
): Promise<void> {
  const harness = await openHarness(emulators);
  try {
    await work(harness, await harness.reply(await harness.newConversation(), text));
  } finally {
    await harness.close();
  }
}

const sid = `SM${'f'.repeat(32)}`;
const unreachable: Act = { status: 503, body: {} };

describe('an uncertain attempt is looked up', () => {
  it('not before the provider’s own callbacks have had their time', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken_then_reset');
      harness.clock.pass(0.5);
      expect(await harness.send(place)).toBeUndefined();
      harness.clock.pass(reconcileAfterSeconds - 1);
      expect(await harness.send(place)).toBeUndefined();
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'uncertain' } });
      harness.clock.pass(1);
      expect(await harness.send(place)).toBeUndefined();
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'sent' } });
    });
  });

  it('and found: it was sent, and is told so under the provider’s id', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken_then_reset');
      await harness.sendToEnd(place);
      await minutes(harness, 1);
      expect(harness.api.taken).toHaveLength(1);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(await harness.entry(place)).toMatchObject({
        providerMessageId: harness.api.taken[0]?.id,
        delivery: { state: 'sent', attempt: 1 },
      });
    });
  });

  it('and proved absent: it is sent again, once', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('lost_with_500');
      await harness.sendToEnd(place);
      await minutes(harness, 1);
      expect(harness.api.taken).toHaveLength(1);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'sent', attempt: 2 } });
    });
  });

  it('and nothing found out: it stays uncertain, and is looked up again before the helpdesk is told', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('lost_with_500');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      await minutes(harness, 1);
      expect(await harness.heard(place)).toEqual([]);
      harness.api.lookUp = undefined;
      await minutes(harness, 1);
      expect(harness.api.taken).toHaveLength(1);
      expect(await harness.heard(place)).toEqual(['sent']);
    });
  });

  it('and proved absent too late: once the helpdesk was told, nothing is sent by itself', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('lost_with_500');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      await minutes(harness, 15);
      expect(await harness.heard(place)).toEqual(['uncertain']);
      harness.api.lookUp = undefined;
      await harness.sendToEnd(place);
      expect(harness.api.taken).toEqual([]);
      expect(await harness.entry(place)).toMatchObject({
        delivery: { state: 'uncertain', attempt: 1 },
      });
      expect(await harness.heard(place)).toEqual([]);
    });
  });

  it('and absent after each of twenty attempts: it stays uncertain, and a person decides', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push(...Array.from({ length: 25 }, () => 'lost_with_500' as const));
      await harness.sendToEnd(place);
      await minutes(harness, 20);
      expect(harness.api.fates).toHaveLength(5);
      await minutes(harness, 15);
      expect(await harness.heard(place)).toEqual(['uncertain']);
    });
  });
});

describe('the same words twice', () => {
  it('are not taken for each other: what is known as an earlier reply proves nothing', async () => {
    await withReply(async (harness, first) => {
      await harness.sendToEnd(first);
      harness.clock.pass(2);
      const second = await harness.reply(first.conversationId, 'Hello back');
      harness.api.fates.push('lost_with_500');
      await harness.sendToEnd(second);
      await minutes(harness, 1);
      expect(await harness.entry(second)).toMatchObject({ delivery: { state: 'uncertain' } });
      expect(harness.api.taken).toHaveLength(1);
      expect(await harness.heard(second)).toEqual([]);
    });
  });

  it('and both taken are two candidates, so nothing is said', async () => {
    await withReply(async (harness, first) => {
      await harness.sendToEnd(first);
      harness.clock.pass(2);
      const second = await harness.reply(first.conversationId, 'Hello back');
      harness.api.fates.push('taken_then_reset');
      await harness.sendToEnd(second);
      await minutes(harness, 1);
      expect(await harness.entry(second)).toMatchObject({ delivery: { state: 'uncertain' } });
      expect(harness.api.taken).toHaveLength(2);
    });
  });

  it('a minute apart are told apart by the time', async () => {
    await withReply(async (harness, first) => {
      await harness.sendToEnd(first);
      harness.clock.pass(60);
      const second = await harness.reply(first.conversationId, 'Hello back');
      harness.api.fates.push('lost_with_500');
      await harness.sendToEnd(second);
      await minutes(harness, 1);
      expect(harness.api.taken).toHaveLength(2);
      expect(await harness.heard(second)).toEqual(['sent']);
    });
  });
});

describe('a status callback that names the reply', () => {
  it('settles an uncertain one, and sent is told before delivered', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken_then_reset');
      await harness.send(place);
      await harness.tell(place, 'delivered', { providerMessageId: sid });
      expect(await harness.heard(place)).toEqual(['sent', 'delivered']);
      expect(await harness.entry(place)).toMatchObject({
        providerMessageId: sid,
        status: 'delivered',
      });
      await harness.sendToEnd(place);
      await minutes(harness, 2);
      expect(harness.api.taken).toHaveLength(1);
      expect(await harness.heard(place)).toEqual([]);
    });
  });

  it('settles one that is being sent, before the answer is there, and the answer changes nothing', async () => {
    await withReply(async (harness, place) => {
      const at = harness.clock.now.toISOString();
      const leaseUntil = new Date(harness.clock.now.getTime() + 60_000).toISOString();
      await leasePart(harness.target.table, place, { part: 0, parts: 1, leaseUntil, at });
      await harness.tell(place, 'delivered', { providerMessageId: sid });
      await harness.tell(place, 'sent', { providerMessageId: sid });
      expect(await harness.heard(place)).toEqual(['sent', 'delivered']);
      await harness.sendToEnd(place);
      expect(harness.api.taken).toEqual([]);
      expect(await harness.heard(place)).toEqual([]);
    });
  });

  it('settles one after the helpdesk was told that nobody knows', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken_then_reset');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      await minutes(harness, 15);
      await harness.tell(place, 'delivered', { providerMessageId: sid });
      expect(await harness.heard(place)).toEqual(['uncertain', 'sent', 'delivered']);
    });
  });

  it('that says it failed ends it', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken_then_reset');
      await harness.send(place);
      await harness.tell(place, 'failed', { providerMessageId: sid });
      await harness.sendToEnd(place);
      expect(await harness.heard(place)).toEqual(['failed']);
      expect(harness.api.taken).toHaveLength(1);
    });
  });
});

describe('a reply of three messages', () => {
  const text = ['a', 'b', 'c'].map((letter) => letter.repeat(1500)).join(' ');
  const parts = (harness: Harness) => harness.api.taken.map((taken) => taken.text[0]);

  it('goes out in order, and is told as sent once, after the last', async () => {
    await withReply(async (harness, place) => {
      await harness.sendToEnd(place);
      expect(parts(harness)).toEqual(['a', 'b', 'c']);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(await harness.entry(place)).toMatchObject({
        providerMessageId: harness.api.taken[2]?.id,
      });
    }, text);
  });

  it('stops at one that is uncertain, and evidence lets the rest go on', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken', 'taken_then_reset');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      expect(parts(harness)).toEqual(['a', 'b']);
      expect(await harness.entry(place)).toMatchObject({
        delivery: { state: 'uncertain', part: 1 },
      });
      await harness.tell(place, 'delivered', {
        providerMessageId: harness.api.taken[1]?.id ?? '',
        part: 1,
      });
      expect(await harness.heard(place)).toEqual([]);
      await harness.sweep();
      expect(harness.commands()).toEqual([place]);
      await harness.sendToEnd(place);
      expect(parts(harness)).toEqual(['a', 'b', 'c']);
      expect(await harness.heard(place)).toEqual(['sent']);
    }, text);
  });

  it('stops at one that is uncertain, and a look-up lets the rest go on', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken', 'taken_then_500', 'lost_with_500');
      await harness.sendToEnd(place);
      expect(parts(harness)).toEqual(['a', 'b']);
      await minutes(harness, 2);
      expect(parts(harness)).toEqual(['a', 'b', 'c']);
      expect(await harness.heard(place)).toEqual(['sent']);
    }, text);
  });

  it('of which the first is told as delivered while the second is open says nothing of the whole', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken', 'taken_then_reset');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      await harness.tell(place, 'delivered', {
        providerMessageId: harness.api.taken[0]?.id ?? '',
        part: 0,
      });
      expect(await harness.heard(place)).toEqual([]);
      expect(await harness.entry(place)).toMatchObject({
        delivery: { state: 'uncertain', part: 1 },
      });
    }, text);
  });

  it('whose rest is free only after the helpdesk was told is ended, and told how', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('taken', 'taken_then_reset');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      await minutes(harness, 15);
      await harness.tell(place, 'sent', {
        providerMessageId: harness.api.taken[1]?.id ?? '',
        part: 1,
      });
      await harness.sweep();
      for (const command of harness.commands()) await harness.sendToEnd(command);
      expect(parts(harness)).toEqual(['a', 'b']);
      expect(await harness.heard(place)).toEqual(['failed', 'failed']);
      expect(await harness.entry(place)).toMatchObject({ errors: [{ code: 'sent_in_part' }] });
    }, text);
  });

  it('is throttled part by part: each has its own attempts and its own short waits', async () => {
    await withReply(async (harness, place) => {
      harness.api.retryAfterSeconds = 1;
      harness.api.fates.push('throttled', 'taken', 'throttled', 'taken', 'throttled');
      const start = harness.clock.now.getTime();
      await harness.sendToEnd(place);
      expect(parts(harness)).toEqual(['a', 'b', 'c']);
      expect(harness.clock.now.getTime() - start).toBeLessThan(60_000);
    }, text);
  });
});
