import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimPart } from '#shared/aws/store/sending/claim';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, openDesk, reconcileAfterSeconds } from './desk.ts';
import { minutes } from './minutes.ts';
import type { Place } from './outbound-queue.ts';
import type { Act } from './scripted-provider.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withReply(
  work: (desk: Desk, place: Place) => Promise<void>,
  text = 'Hello back',
): Promise<void> {
  const desk = await openDesk(emulators);
  try {
    await work(desk, await desk.reply(await desk.newConversation(), text));
  } finally {
    await desk.close();
  }
}

const sid = `SM${'f'.repeat(32)}`;
const unreachable: Act = { status: 503, body: {} };

describe('an uncertain attempt is looked up', () => {
  it('not before the provider’s own callbacks have had their time', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken_then_reset');
      desk.clock.pass(0.5);
      expect(await desk.send(place)).toBeUndefined();
      desk.clock.pass(reconcileAfterSeconds - 1);
      expect(await desk.send(place)).toBeUndefined();
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'uncertain' } });
      desk.clock.pass(1);
      expect(await desk.send(place)).toBeUndefined();
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'sent' } });
    });
  });

  it('and found: it was sent, and is told so under the provider’s id', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken_then_reset');
      await desk.sendToEnd(place);
      await minutes(desk, 1);
      expect(desk.api.taken).toHaveLength(1);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(await desk.entry(place)).toMatchObject({
        providerMessageId: desk.api.taken[0]?.id,
        delivery: { state: 'sent', attempt: 1 },
      });
    });
  });

  it('and proved absent: it is sent again, once', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('lost_with_500');
      await desk.sendToEnd(place);
      await minutes(desk, 1);
      expect(desk.api.taken).toHaveLength(1);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'sent', attempt: 2 } });
    });
  });

  it('and nothing found out: it stays uncertain, and is looked up again before the helpdesk is told', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('lost_with_500');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      await minutes(desk, 1);
      expect(await desk.heard(place)).toEqual([]);
      desk.api.lookUp = undefined;
      await minutes(desk, 1);
      expect(desk.api.taken).toHaveLength(1);
      expect(await desk.heard(place)).toEqual(['sent']);
    });
  });

  it('and proved absent too late: once the helpdesk was told, nothing is sent by itself', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('lost_with_500');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      await minutes(desk, 15);
      expect(await desk.heard(place)).toEqual(['uncertain']);
      desk.api.lookUp = undefined;
      await desk.sendToEnd(place);
      expect(desk.api.taken).toEqual([]);
      expect(await desk.entry(place)).toMatchObject({
        delivery: { state: 'uncertain', attempt: 1 },
      });
      expect(await desk.heard(place)).toEqual([]);
    });
  });

  it('and absent after each of twenty attempts: it stays uncertain, and a person decides', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push(...Array.from({ length: 25 }, () => 'lost_with_500' as const));
      await desk.sendToEnd(place);
      await minutes(desk, 20);
      expect(desk.api.fates).toHaveLength(5);
      await minutes(desk, 15);
      expect(await desk.heard(place)).toEqual(['uncertain']);
    });
  });
});

describe('the same words twice', () => {
  it('are not taken for each other: what is known as an earlier reply proves nothing', async () => {
    await withReply(async (desk, first) => {
      await desk.sendToEnd(first);
      desk.clock.pass(2);
      const second = await desk.reply(first.conversationId, 'Hello back');
      desk.api.fates.push('lost_with_500');
      await desk.sendToEnd(second);
      await minutes(desk, 1);
      expect(await desk.entry(second)).toMatchObject({ delivery: { state: 'uncertain' } });
      expect(desk.api.taken).toHaveLength(1);
      expect(await desk.heard(second)).toEqual([]);
    });
  });

  it('and both taken are two candidates, so nothing is said', async () => {
    await withReply(async (desk, first) => {
      await desk.sendToEnd(first);
      desk.clock.pass(2);
      const second = await desk.reply(first.conversationId, 'Hello back');
      desk.api.fates.push('taken_then_reset');
      await desk.sendToEnd(second);
      await minutes(desk, 1);
      expect(await desk.entry(second)).toMatchObject({ delivery: { state: 'uncertain' } });
      expect(desk.api.taken).toHaveLength(2);
    });
  });

  it('a minute apart are told apart by the time', async () => {
    await withReply(async (desk, first) => {
      await desk.sendToEnd(first);
      desk.clock.pass(60);
      const second = await desk.reply(first.conversationId, 'Hello back');
      desk.api.fates.push('lost_with_500');
      await desk.sendToEnd(second);
      await minutes(desk, 1);
      expect(desk.api.taken).toHaveLength(2);
      expect(await desk.heard(second)).toEqual(['sent']);
    });
  });
});

describe('a status callback that names the reply', () => {
  it('settles an uncertain one, and sent is told before delivered', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken_then_reset');
      await desk.send(place);
      await desk.tell(place, 'delivered', { providerMessageId: sid });
      expect(await desk.heard(place)).toEqual(['sent', 'delivered']);
      expect(await desk.entry(place)).toMatchObject({
        providerMessageId: sid,
        status: 'delivered',
      });
      await desk.sendToEnd(place);
      await minutes(desk, 2);
      expect(desk.api.taken).toHaveLength(1);
      expect(await desk.heard(place)).toEqual([]);
    });
  });

  it('settles one that is being sent, before the answer is there, and the answer changes nothing', async () => {
    await withReply(async (desk, place) => {
      const at = desk.clock.now.toISOString();
      const leaseUntil = new Date(desk.clock.now.getTime() + 60_000).toISOString();
      await claimPart(desk.target.table, place, { part: 0, parts: 1, leaseUntil, at });
      await desk.tell(place, 'delivered', { providerMessageId: sid });
      await desk.tell(place, 'sent', { providerMessageId: sid });
      expect(await desk.heard(place)).toEqual(['sent', 'delivered']);
      await desk.sendToEnd(place);
      expect(desk.api.taken).toEqual([]);
      expect(await desk.heard(place)).toEqual([]);
    });
  });

  it('settles one after the helpdesk was told that nobody knows', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken_then_reset');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      await minutes(desk, 15);
      await desk.tell(place, 'delivered', { providerMessageId: sid });
      expect(await desk.heard(place)).toEqual(['uncertain', 'sent', 'delivered']);
    });
  });

  it('that says it failed ends it', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken_then_reset');
      await desk.send(place);
      await desk.tell(place, 'failed', { providerMessageId: sid });
      await desk.sendToEnd(place);
      expect(await desk.heard(place)).toEqual(['failed']);
      expect(desk.api.taken).toHaveLength(1);
    });
  });
});

describe('a reply of three messages', () => {
  const text = ['a', 'b', 'c'].map((letter) => letter.repeat(1500)).join(' ');
  const parts = (desk: Desk) => desk.api.taken.map((taken) => taken.text[0]);

  it('goes out in order, and is told as sent once, after the last', async () => {
    await withReply(async (desk, place) => {
      await desk.sendToEnd(place);
      expect(parts(desk)).toEqual(['a', 'b', 'c']);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(await desk.entry(place)).toMatchObject({ providerMessageId: desk.api.taken[2]?.id });
    }, text);
  });

  it('stops at one that is uncertain, and evidence lets the rest go on', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken', 'taken_then_reset');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      expect(parts(desk)).toEqual(['a', 'b']);
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'uncertain', part: 1 } });
      await desk.tell(place, 'delivered', {
        providerMessageId: desk.api.taken[1]?.id ?? '',
        part: 1,
      });
      expect(await desk.heard(place)).toEqual([]);
      await desk.sweep();
      expect(desk.commands()).toEqual([place]);
      await desk.sendToEnd(place);
      expect(parts(desk)).toEqual(['a', 'b', 'c']);
      expect(await desk.heard(place)).toEqual(['sent']);
    }, text);
  });

  it('stops at one that is uncertain, and a look-up lets the rest go on', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken', 'taken_then_500', 'lost_with_500');
      await desk.sendToEnd(place);
      expect(parts(desk)).toEqual(['a', 'b']);
      await minutes(desk, 2);
      expect(parts(desk)).toEqual(['a', 'b', 'c']);
      expect(await desk.heard(place)).toEqual(['sent']);
    }, text);
  });

  it('of which the first is told as delivered while the second is open says nothing of the whole', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken', 'taken_then_reset');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      await desk.tell(place, 'delivered', {
        providerMessageId: desk.api.taken[0]?.id ?? '',
        part: 0,
      });
      expect(await desk.heard(place)).toEqual([]);
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'uncertain', part: 1 } });
    }, text);
  });

  it('whose rest is free only after the helpdesk was told is ended, and told how', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('taken', 'taken_then_reset');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      await minutes(desk, 15);
      await desk.tell(place, 'sent', { providerMessageId: desk.api.taken[1]?.id ?? '', part: 1 });
      await desk.sweep();
      for (const command of desk.commands()) await desk.sendToEnd(command);
      expect(parts(desk)).toEqual(['a', 'b']);
      expect(await desk.heard(place)).toEqual(['failed', 'failed']);
      expect(await desk.entry(place)).toMatchObject({ errors: [{ code: 'sent_in_part' }] });
    }, text);
  });

  it('is throttled part by part: each has its own attempts and its own short waits', async () => {
    await withReply(async (desk, place) => {
      desk.api.retryAfterSeconds = 1;
      desk.api.fates.push('throttled', 'taken', 'throttled', 'taken', 'throttled');
      const start = desk.clock.now.getTime();
      await desk.sendToEnd(place);
      expect(parts(desk)).toEqual(['a', 'b', 'c']);
      expect(desk.clock.now.getTime() - start).toBeLessThan(60_000);
    }, text);
  });
});
