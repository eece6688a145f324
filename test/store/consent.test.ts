import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateConsented } from '#shared/aws/store/contacts/consent';
import { recordConsent, recordWord } from '#shared/aws/store/contacts/record-consent';
import { readConversation, readItem } from '#shared/aws/store/table';
import type { ConsentChange } from '#shared/model/consent';
import { type Identity, identityKey } from '#shared/model/identity';
import type { ReplyContent } from '#shared/model/reply-content';
import { ConsentItem, type ConversationItem } from '#shared/table/items';
import { consentKey } from '#shared/table/keys';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { append, at, bsuid, changed, permutations, phone, written } from './contacts/identities.ts';

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
  await recordConsent(table, appended.conversation, appended.entry);
  return appended.conversation;
}

/** What stands under an address. */
async function ledger(identity: Identity) {
  const key = consentKey(identityKey(identity), 'marketing_messages', '*');
  return readItem(emulators.table, ConsentItem, key, true);
}

/** Whether marketing is refused in a conversation as it stands now. */
async function isStopped({ id }: Pick<ConversationItem, 'id'>): Promise<boolean> {
  const conversation = await readConversation(emulators.table, id);
  const validation = await validateConsented(
    emulators.table,
    conversation,
    { content: template('marketing') },
    {},
    {},
  );
  return validation.refusal?.code === 'recipient_opted_out';
}

describe('the consent ledger', () => {
  it('keeps the newest word in every order, however often it is told', async () => {
    for (const [index, order] of permutations([0, 1, 2]).entries()) {
      const customer = phone(`1650555300${index}`);
      const states = ['revoked', 'granted', 'revoked'] as const;
      const words = states.map((state, minute) =>
        written(`a${index}.${minute}`, minute, [customer], { consent: word(state) }),
      );
      for (const each of [...order, ...order]) {
        const message = words[each];
        if (message) await told(message);
      }
      expect(await ledger(customer)).toMatchObject({ ...word('revoked'), occurredAt: at(2) });
    }
  });

  it('keeps the refusal of two words in the same second', async () => {
    const customer = phone('16505553010');
    await told(written('b1', 0, [customer], { consent: word('revoked') }));
    await told(written('b2', 0, [customer], { consent: word('granted') }));
    expect(await ledger(customer)).toMatchObject({ state: 'revoked' });
  });

  it('goes with a contact that is joined', async () => {
    const [old, now] = [phone('16505553011'), bsuid('US.3011')];
    const conversation = await told(written('c1', 0, [old]));
    await told(written('c2', 11, [now], { consent: word('revoked') }));
    expect(await isStopped(conversation)).toBe(false);
    await told(changed('c3', 10, [old], [now]));
    expect(await isStopped(conversation)).toBe(true);
    expect(await ledger(old)).toMatchObject({ state: 'revoked' });
  });

  it('goes with a contact that is joined, also from an address that the change does not name', async () => {
    const [old, now, number] = [bsuid('US.3013'), bsuid('US.3014'), phone('12195553014')];
    const conversation = await told(written('e1', 0, [old]));
    await told(written('e2', 11, [number, now]));
    await told(written('e3', 12, [number], { consent: word('revoked') }));
    await told(changed('e4', 10, [old], [now]));
    expect(await isStopped(conversation)).toBe(true);
  });

  it('is found when a phone number becomes a user id, in every order', async () => {
    for (const [index, order] of permutations([0, 1, 2]).entries()) {
      const number = phone(`1650555302${index}`);
      const user = bsuid(`US.302${index}`);
      const messages = [
        written(`f${index}.0`, 0, [number], { consent: word('revoked') }),
        written(`f${index}.1`, 1, [number, user]),
        written(`f${index}.2`, 2, [user]),
      ];
      for (const each of order) if (messages[each]) await told(messages[each]);
      const last = await told(written(`f${index}.3`, 3, [user]));
      expect(await isStopped(last), order.join()).toBe(true);
    }
  });

  it('is found in a conversation that knows only another address of the same customer', async () => {
    const [number, user] = [phone('16505553030'), bsuid('US.3030')];
    await told(written('g1', 0, [number], { consent: word('revoked') }));
    await told(written('g2', 1, [number, user]));
    const business = { ...phone('999'), kind: 'sender_id' as const };
    const other = await told(written('g3', 2, [user], { business }));
    expect(other.customerIdentities).toEqual([user]);
    expect(await isStopped(other)).toBe(true);
  });

  it('stays with the person who leaves a number, and is not that of the number’s next owner', async () => {
    const [number, user, next] = [phone('16505553031'), bsuid('US.3031'), bsuid('US.3032')];
    const first = await told(written('h1', 0, [number], { consent: word('revoked') }));
    await told(changed('h2', 10, [number], [user]));
    const second = await told(written('h3', 60, [number, next]));
    expect(second.contactId).not.toBe(first.contactId);
    expect([await isStopped(first), await isStopped(second)]).toEqual([true, false]);
    await told(written('h4', 61, [number, next], { consent: word('granted') }));
    expect([await isStopped(first), await isStopped(second)]).toEqual([true, false]);
    await told(written('h5', 62, [number, next], { consent: word('revoked') }));
    await told(written('h6', 63, [user], { consent: word('granted') }));
    expect([await isStopped(first), await isStopped(second)]).toEqual([false, true]);
  });
});

describe('a reply to somebody who has stopped marketing', () => {
  it('is refused where it is marketing by its caller’s word, and only there', async () => {
    const { table } = emulators;
    const customer = phone('16505553012');
    const conversation = await told(written('d1', 0, [customer], { consent: word('revoked') }));
    const codeOf = async (content: ReplyContent, more: object = {}) =>
      (await validateConsented(table, conversation, { content }, {}, more)).refusal?.code;
    expect(await codeOf(template('marketing'))).toBe('recipient_opted_out');
    expect(await codeOf(template('utility'))).toBeUndefined();
    expect(await codeOf(template())).toBeUndefined();
    const text = { type: 'text', text: 'hello' } as const;
    expect(await codeOf(text)).toBeUndefined();
    const fallbackTemplate = { ...template('marketing'), type: 'template' } as never;
    const reply = { content: text, fallbackTemplate };
    const closed = await validateConsented(table, conversation, reply, {}, { usesFallback: true });
    expect(closed.refusal?.code).toBe('recipient_opted_out');
    expect(await validateConsented(table, conversation, reply, {}, {})).toEqual({});
    await told(written('d2', 1, [customer], { consent: word('granted') }));
    expect(await codeOf(template('marketing'))).toBeUndefined();
  });
});

const text: ReplyContent = { type: 'text', text: 'hello' };
const service = 'MG00000000000000000000000000000001';

const stop = (more: Partial<ConsentChange> = {}): ConsentChange => ({
  ...{ category: 'all_messages', state: 'revoked', evidence: 'STOP', source: 'keyword' },
  ...more,
});
const start = (more: Partial<ConsentChange> = {}): ConsentChange =>
  stop({ state: 'granted', evidence: 'START', ...more });
const number = (address: string): Identity => ({ ...phone(address), kind: 'sender_id' });

describe('a customer who has stopped all messages', () => {
  const refusalIn = async (
    { id }: Pick<ConversationItem, 'id'>,
    senders: readonly string[] = [],
  ) => {
    const { table } = emulators;
    const conversation = await readConversation(table, id);
    const rules = { consentSenders: senders };
    const validation = await validateConsented(table, conversation, { content: text }, rules, {});
    return validation.refusal;
  };

  it('gets nothing from that number, and what other numbers send', async () => {
    const customer = phone('16505554001');
    const [one, other] = [number('+1500'), number('+1501')];
    const stopped = stop({ sender: one.address });
    const at1 = await told(written('s1', 0, [customer], { consent: stopped, business: one }));
    const at2 = await told(written('s2', 1, [customer], { business: other }));
    const title = `the customer stopped messages from this sender on ${at(0)}`;
    expect(await refusalIn(at1)).toEqual({ code: 'recipient_opted_out', title, retryable: false });
    expect(await refusalIn(at2)).toBeUndefined();
    await told(
      written('s3', 2, [customer], { consent: start({ sender: one.address }), business: one }),
    );
    expect(await refusalIn(at1)).toBeUndefined();
  });

  it('stays stopped for a number that a START does not name; of words to one number the newest decides', async () => {
    const customer = phone('16505554008');
    const [one, other] = [number('+1504'), number('+1505')];
    const say = (id: string, minute: number, consent: ConsentChange, business: Identity) =>
      told(written(id, minute, [customer], { consent, business }));
    const at1 = await say('y1', 0, stop({ sender: one.address }), one);
    const at2 = await say('y2', 1, stop({ sender: other.address }), other);
    await say('y3', 2, start({ sender: one.address }), one);
    expect(await refusalIn(at1)).toBeUndefined();
    expect((await refusalIn(at2))?.code).toBe('recipient_opted_out');
    // The number is put into a service, and taken out again.
    await say('y4', 3, stop({ sender: service }), one);
    expect((await refusalIn(at1, [service]))?.code).toBe('recipient_opted_out');
    await say('y5', 4, start({ sender: one.address }), one);
    expect(await refusalIn(at1)).toBeUndefined();
    expect((await refusalIn(at2, [service]))?.code).toBe('recipient_opted_out');
  });

  it('gets nothing from any number of the Messaging Service it was said to', async () => {
    const customer = phone('16505554002');
    const [one, other] = [number('+1500'), number('+1501')];
    const stopped = stop({ sender: service });
    const at1 = await told(written('t1', 0, [customer], { consent: stopped, business: one }));
    const at2 = await told(written('t2', 1, [customer], { business: other }));
    expect((await refusalIn(at1))?.code).toBe('recipient_opted_out');
    expect((await refusalIn(at2, [service]))?.code).toBe('recipient_opted_out');
    expect(await refusalIn(at2)).toBeUndefined();
    await told(
      written('t3', 2, [customer], { consent: start({ sender: service }), business: other }),
    );
    expect([await refusalIn(at1), await refusalIn(at2, [service])]).toEqual([undefined, undefined]);
  });

  // The inbound START names the service, and the account's settings do not: the refusal was learnt for the number.
  it('is written to again after START, also where the refusal of a send had taught the opt-out', async () => {
    const { table } = emulators;
    const customer = phone('16505554003');
    const business = number('+1502');
    const conversation = await told(written('u1', 0, [customer], { business }));
    const learnt = stop({ source: 'delivery_error', sender: business.address });
    await recordWord(table, conversation, { ...learnt, occurredAt: at(1) });
    expect((await refusalIn(conversation))?.code).toBe('recipient_opted_out');
    await told(written('u2', 2, [customer], { consent: start({ sender: service }), business }));
    expect(await refusalIn(conversation)).toBeUndefined();
  });

  it('keeps an earlier refusal of marketing when all messages are allowed again', async () => {
    const customer = phone('16505554004');
    const conversation = await told(written('v1', 0, [customer], { consent: word('revoked') }));
    await told(written('v2', 1, [customer], { consent: stop() }));
    expect((await refusalIn(conversation))?.code).toBe('recipient_opted_out');
    await told(written('v3', 2, [customer], { consent: start() }));
    expect([await refusalIn(conversation), await isStopped(conversation)]).toEqual([
      undefined,
      true,
    ]);
  });

  it('is not forgotten by one number of a service because another one was told, too', async () => {
    const customer = phone('16505554027');
    const [one, other] = [number('+1504'), number('+1505')];
    const words = (id: string, minute: number, business: Identity) =>
      written(id, minute, [customer], { consent: stop({ sender: service }), business });
    const at1 = await told(words('n1', 0, one));
    const at2 = await told(words('n2', 1, other));
    const codes = [await refusalIn(at1), await refusalIn(at2)].map((each) => each?.code);
    expect(codes).toEqual(['recipient_opted_out', 'recipient_opted_out']);
    // The older word comes last.
    const late = phone('16505554028');
    const second = await told(
      written('n3', 5, [late], { consent: stop({ sender: service }), business: other }),
    );
    const first = await told(
      written('n4', 4, [late], { consent: stop({ sender: service }), business: one }),
    );
    expect([await refusalIn(first), await refusalIn(second)].map((each) => each?.code)).toEqual(
      codes,
    );
  });

  it('is kept under the address it came from, also where another contact owns that', async () => {
    const [owner, user] = [phone('16505554009'), bsuid('US.4009')];
    const business = number('+1506');
    const owned = await told(written('z1', 0, [owner], { business }));
    await told(written('z2', 1, [user], { business }));
    await told(
      written('z3', 2, [user, owner], { consent: stop({ sender: business.address }), business }),
    );
    const said = written('z4', 3, [owner, user], {
      consent: stop({ sender: business.address }),
      business,
    });
    await told(said);
    expect((await refusalIn(owned))?.code).toBe('recipient_opted_out');
  });

  it('is heard after a word that was dated ahead of our clock', async () => {
    const customer = phone('16505554010');
    const ahead = written('q1', 0, [customer], { consent: start() });
    const conversation = await told({ ...ahead, occurredAt: '2099-01-01T00:00:00.000Z' });
    const { table } = emulators;
    const item = await readItem(
      table,
      ConsentItem,
      consentKey(identityKey(customer), 'all_messages', '*'),
      true,
    );
    expect(item?.occurredAt.slice(0, 4)).not.toBe('2099');
    await recordWord(table, conversation, { ...stop(), occurredAt: new Date().toISOString() });
    expect((await refusalIn(conversation))?.code).toBe('recipient_opted_out');
  });

  it('is not reached through the conversation of an earlier owner of the number', async () => {
    const customer = phone('16505554006');
    const moved = bsuid('US.4006');
    const business = number('+1503');
    const first = await told(written('x1', 0, [customer], { business }));
    await told(changed('x2', 10, [customer], [moved]));
    const stopped = stop({ sender: business.address });
    const second = await told(written('x3', 60, [customer], { consent: stopped, business }));
    expect(second.contactId).not.toBe(first.contactId);
    const { table } = emulators;
    const earlier = {
      ...(await readConversation(table, first.id)),
      customerIdentities: [customer],
    };
    const { refusal } = await validateConsented(table, earlier, { content: text }, {}, {});
    expect(refusal?.code).toBe('recipient_opted_out');
  });

  it('gets no campaign after stopping marketing, whatever it consists of', async () => {
    const { table } = emulators;
    const customer = phone('16505554005');
    const conversation = await told(written('w1', 0, [customer], { consent: word('revoked') }));
    const reply = { content: text, purpose: 'marketing' } as const;
    const { refusal } = await validateConsented(table, conversation, reply, {}, {});
    expect(refusal?.code).toBe('recipient_opted_out');
  });
});
