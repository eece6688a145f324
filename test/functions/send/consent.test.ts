import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '#shared/aws/publish/publish';
import { recordWord } from '#shared/aws/store/contacts/record-consent';
import { readConversation } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { messageIdOf } from '#shared/ids';
import { allMessages, type ConsentChange } from '#shared/model/consent';
import type { Event } from '#shared/model/event';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness } from './harness/harness.ts';
import { lines } from './harness/lines.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const word = (state: ConsentChange['state']): ConsentChange => ({
  ...{ category: allMessages, state, source: 'keyword' },
  ...{ evidence: 'STOP', sender: lines.twilio.business },
});

/** The customer says a word, on the clock of the harness. */
async function said(
  { target, clock }: Harness,
  conversationId: string,
  state: 'granted' | 'revoked',
) {
  const conversation = await readConversation(target.table, conversationId);
  await recordWord(target.table, conversation, {
    ...word(state),
    occurredAt: clock.now.toISOString(),
  });
}

async function withConversation(work: (harness: Harness, id: string) => Promise<void>) {
  const harness = await openHarness(emulators, 'twilio');
  try {
    await work(harness, await harness.newConversation());
  } finally {
    await harness.close();
  }
}

const codesOf = (events: readonly Event[]) =>
  events.map(({ type, data }) => [
    type.split('.').slice(1, 3).join('.'),
    ...((data as { errors?: { code: string }[] }).errors ?? []).map(({ code }) => code),
  ]);

describe('a reply to a customer who has stopped', () => {
  it('is refused when it is taken, and goes out again after the word that allows it', async () => {
    await withConversation(async (harness, id) => {
      await said(harness, id, 'revoked');
      const refused = await harness.reply(id, 'too late');
      expect(await harness.entry(refused)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'recipient_opted_out', retryable: false }],
      });
      harness.clock.pass(60);
      await said(harness, id, 'granted');
      await harness.sendToEnd(await harness.reply(id, 'welcome back'));
      expect(harness.api.taken.map(({ text }) => text)).toEqual(['welcome back']);
    });
  });

  it('is not sent when the word comes while it waits: the provider is not asked', async () => {
    await withConversation(async (harness, id) => {
      const place = await harness.reply(id, 'on its way');
      await said(harness, id, 'revoked');
      await harness.sendToEnd(place);
      expect(harness.asked).toEqual([]);
      expect(codesOf(await harness.events(place))).toEqual([
        ['message.failed', 'recipient_opted_out'],
      ]);
    });
  });

  it('leaves its later parts unsent when the word comes between them', async () => {
    await withConversation(async (harness, id) => {
      const place = await harness.reply(id, `${'a'.repeat(1599)} ${'b'.repeat(1599)}`);
      harness.api.fates.push('taken', 'throttled');
      expect(await harness.send(place)).toBeGreaterThan(0);
      await said(harness, id, 'revoked');
      harness.clock.pass(60);
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      const last = (await harness.events(place)).at(-1)?.data as { parts: { status: string }[] };
      expect(last).toMatchObject({ errors: [{ code: 'sent_in_part' }] });
      expect(last.parts.map(({ status }) => status)).toEqual(['sent', 'failed']);
    });
  });
});

describe('a status that tells an opt-out', () => {
  it('is published with the change of consent, once, and stops the next reply', async () => {
    await withConversation(async (harness, id) => {
      const { target, setting, clock } = harness;
      const place = await harness.reply(id, 'hello');
      await harness.sendToEnd(place);
      await harness.events(place);
      const { providerMessageId = '' } = await harness.entry(place);
      const tell = async () => {
        const origin = { ...setting, receivedAt: clock.now.toISOString() };
        const { changed } = await applyChannelUpdate(target.table, origin, {
          ...{
            kind: 'status',
            id: 'failed-21610',
            status: 'failed',
            target: { providerMessageId },
          },
          errors: [{ code: 'recipient_opted_out', title: 'opted out', retryable: false }],
          consent: { ...word('revoked'), source: 'delivery_error', evidence: 'Twilio error 21610' },
        });
        if (changed) await publish(target, changed.conversation, changed.entry);
      };
      await tell();
      await tell();
      const events = (await emulators.drain(target.normalized)).filter(
        ({ subject }) => subject === id,
      );
      expect(events.map(({ type }) => type)).toEqual([
        'switchboard.message.failed.v1',
        'switchboard.consent.changed.v1',
      ]);
      const [failed, consent] = events;
      expect(consent).toMatchObject({
        id: `${failed?.id}.consent`,
        data: { source: 'delivery_error' },
      });
      clock.pass(1);
      const next = await harness.reply(id, 'again');
      expect((await harness.entry(next)).status).toBe('failed');
    });
  });

  it('that comes again after START does not stop the customer once more', async () => {
    await withConversation(async (harness, id) => {
      const { target, setting, clock } = harness;
      const place = await harness.reply(id, 'hello');
      await harness.sendToEnd(place);
      const { providerMessageId = '' } = await harness.entry(place);
      const tell = async () => {
        const origin = { ...setting, receivedAt: clock.now.toISOString() };
        await applyChannelUpdate(target.table, origin, {
          ...{
            kind: 'status',
            id: 'failed-21610',
            status: 'failed',
            target: { providerMessageId },
          },
          errors: [{ code: 'recipient_opted_out', title: 'opted out', retryable: false }],
          consent: { ...word('revoked'), source: 'delivery_error', evidence: 'Twilio error 21610' },
        });
      };
      clock.pass(60);
      await tell();
      clock.pass(60);
      await said(harness, id, 'granted');
      clock.pass(60);
      await tell();
      await harness.sendToEnd(await harness.reply(id, 'welcome back'));
      expect(harness.api.taken.map(({ text }) => text)).toEqual(['hello', 'welcome back']);
    });
  });
});

describe('a status of another account that names a reply of this one', () => {
  it.each(['twilio', 'whatsapp'])('by %s changes nothing of it', async (connector) => {
    await withConversation(async (harness, id) => {
      const { target, clock } = harness;
      const place = await harness.reply(id, 'hello');
      await harness.sendToEnd(place);
      const before = await harness.entry(place);
      const origin = { connector, account: 'another', receivedAt: clock.now.toISOString() };
      const { outcome } = await applyChannelUpdate(target.table, origin, {
        ...{ kind: 'status', id: 'stranger', status: 'failed' },
        target: { messageId: messageIdOf(id, place), providerMessageId: 'SMstranger', part: 0 },
        errors: [{ code: 'recipient_opted_out', title: 'opted out', retryable: false }],
        consent: word('revoked'),
      });
      expect(outcome).toBe('parked');
      expect(await harness.entry(place)).toEqual(before);
      await harness.sendToEnd(await harness.reply(id, 'again'));
      expect(harness.api.taken.map(({ text }) => text)).toEqual(['hello', 'again']);
    });
  });
});
