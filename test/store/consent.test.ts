import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consentedVerdict, recordConsent } from '#shared/aws/store/consent';
import { readItem } from '#shared/aws/store/table';
import type { ConsentChange } from '#shared/model/consent';
import type { ReplyContent } from '#shared/model/reply-content';
import { ConsentItem } from '#shared/table/items';
import { consentKey } from '#shared/table/keys';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { append, at, bsuid, changed, permutations, phone, written } from './identities.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const word = (state: ConsentChange['state']): ConsentChange => ({
  category: 'marketing_messages',
  state,
  evidence: `user_preferences: ${state}`,
});

const template = (category?: 'marketing' | 'utility'): ReplyContent => ({
  type: 'template',
  name: 'offer',
  language: 'en',
  components: [],
  ...(category ? { category } : {}),
});

async function told(message: Parameters<typeof append>[1]) {
  const { table } = emulators;
  const appended = await append(table, message);
  await recordConsent(table, appended.meta, appended.entry);
  return appended.meta;
}

async function ledger(contactId: string) {
  const key = consentKey(contactId, 'whatsapp', 'marketing_messages');
  return readItem(emulators.table, ConsentItem, key, true);
}

describe('the consent ledger', () => {
  it('keeps the newest word in every order, however often it is told', async () => {
    for (const [index, order] of permutations([0, 1, 2]).entries()) {
      const customer = phone(`1650555300${index}`);
      const states = ['revoked', 'granted', 'revoked'] as const;
      const words = states.map((state, minute) =>
        written(`a${index}.${minute}`, minute, [customer], { consent: word(state) }),
      );
      let contactId = '';
      for (const each of [...order, ...order]) {
        const message = words[each];
        if (message) contactId = (await told(message)).contactId;
      }
      expect(await ledger(contactId)).toEqual({ ...word('revoked'), occurredAt: at(2) });
    }
  });

  it('keeps the refusal of two words in the same second', async () => {
    const customer = phone('16505553010');
    await told(written('b1', 0, [customer], { consent: word('revoked') }));
    const { contactId } = await told(written('b2', 0, [customer], { consent: word('granted') }));
    expect(await ledger(contactId)).toMatchObject({ state: 'revoked' });
  });

  it('goes with a contact that is joined', async () => {
    const [old, now] = [phone('16505553011'), bsuid('US.3011')];
    const { contactId } = await told(written('c1', 0, [old]));
    await told(written('c2', 11, [now], { consent: word('revoked') }));
    await told(changed('c3', 10, [old], [now]));
    expect(await ledger(contactId)).toMatchObject({ state: 'revoked' });
  });
});

describe('a reply to somebody who has stopped marketing', () => {
  it('is refused where it is marketing by its caller’s word, and only there', async () => {
    const { table } = emulators;
    const customer = phone('16505553012');
    const conversation = await told(written('d1', 0, [customer], { consent: word('revoked') }));
    const codeOf = async (content: ReplyContent, more: object = {}) =>
      (await consentedVerdict(table, conversation, { content }, more)).refusal?.code;
    expect(await codeOf(template('marketing'))).toBe('recipient_opted_out');
    expect(await codeOf(template('utility'))).toBeUndefined();
    expect(await codeOf(template())).toBeUndefined();
    const text = { type: 'text', text: 'hello' } as const;
    expect(await codeOf(text)).toBeUndefined();
    const fallbackTemplate = { ...template('marketing'), type: 'template' } as never;
    const reply = { content: text, fallbackTemplate };
    const closed = await consentedVerdict(table, conversation, reply, { usesFallback: true });
    expect(closed.refusal?.code).toBe('recipient_opted_out');
    expect(await consentedVerdict(table, conversation, reply, {})).toEqual({});
    await told(written('d2', 1, [customer], { consent: word('granted') }));
    expect(await codeOf(template('marketing'))).toBeUndefined();
  });
});
