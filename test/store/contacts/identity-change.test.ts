import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesAfter, readConversation } from '#shared/aws/store/table';
import { entryEvents } from '#shared/events/events';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { append, at, bsuid, changed, itemOf, permutations, phone, written } from './identities.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** Addresses of their own for each test. */
let people = 0;
function person() {
  people += 1;
  const name = String(people).padStart(4, '0');
  return {
    id: (message: string) => `${name}${message}`,
    old: { phone: phone(`1650555${name}`), bsuid: bsuid(`US.${name}1`) },
    now: { phone: phone(`1219555${name}`), bsuid: bsuid(`US.${name}2`) },
  };
}

const openings = ['opened', 'reopened'];
const contactEvents = (entry: Awaited<ReturnType<typeof append>>) =>
  entryEvents(entry.conversation, entry.entry)
    .map(({ type }) => type.split('.')[2] ?? '')
    .filter((type) => !openings.includes(type));

describe('a change of number', () => {
  it('goes on in the old conversation, links the new addresses and keeps the old ones', async () => {
    const { table } = emulators;
    const { id, old, now } = person();
    const first = await append(table, written(id('a'), 0, [old.phone, old.bsuid]));
    const told = changed(id('b'), 10, [old.bsuid, old.phone], [now.phone, now.bsuid]);
    const change = await append(table, told);
    const next = await append(table, written(id('c'), 11, [now.phone, now.bsuid]));
    expect([change.conversation.id, next.conversation.id]).toEqual([
      first.conversation.id,
      first.conversation.id,
    ]);
    expect(change.entry.contactChange).toEqual({
      reason: 'address_changed',
      identities: [now.phone, now.bsuid],
      previousIdentities: [old.bsuid, old.phone],
    });
    expect(contactEvents(change)).toEqual(['received', 'updated']);
    const { contactId } = first.conversation;
    for (const each of [now.phone, now.bsuid]) {
      expect(await itemOf(table, each)).toMatchObject({
        contactId,
        evidence: 'verified',
        since: at(10),
      });
    }
    expect(await itemOf(table, old.bsuid)).toMatchObject({ contactId, evidence: 'observed' });
    expect(await itemOf(table, old.phone)).toMatchObject({ contactId, leftAt: at(10) });
    const conversation = await readConversation(table, first.conversation.id);
    expect(conversation.customerIdentities).toEqual([now.phone, now.bsuid, old.phone, old.bsuid]);
  });

  it('told twice, under the same id and under another one, changes nothing twice', async () => {
    const { table } = emulators;
    const { id, old, now } = person();
    const { conversation } = await append(table, written(id('a'), 0, [old.phone]));
    const told = changed(id('b'), 10, [old.phone], [now.phone]);
    const results = await Promise.all(Array.from({ length: 10 }, () => append(table, told)));
    expect(results.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
    const again = await append(table, { ...told, providerMessageId: id('c') });
    expect(again.entry.contactChange).toBeUndefined();
    const entries = await entriesAfter(table, conversation.id, 0);
    expect(entries.map(({ contactChange }) => contactChange?.reason)).toEqual([
      undefined,
      'address_changed',
      undefined,
    ]);
  });

  it('does not let a late message of the old number turn the answer back', async () => {
    const { table } = emulators;
    const { id, old, now } = person();
    await append(table, written(id('a'), 0, [old.phone]));
    await append(table, changed(id('b'), 10, [old.phone], [now.phone]));
    const late = await append(table, written(id('c'), 9, [old.phone]));
    const conversation = await readConversation(table, late.conversation.id);
    expect(conversation.customerIdentities).toEqual([now.phone, old.phone]);
    expect(conversation.sequence).toBe(3);
  });

  it('of somebody who never wrote is remembered: whatever comes late finds the same contact', async () => {
    const { table } = emulators;
    const { id, old, now } = person();
    const change = await append(table, changed(id('a'), 10, [old.phone], [now.phone]));
    const late = await append(table, written(id('b'), 5, [old.phone, old.bsuid]));
    const next = await append(table, written(id('c'), 11, [now.phone, now.bsuid]));
    expect([late.conversation.id, next.conversation.id]).toEqual([
      change.conversation.id,
      change.conversation.id,
    ]);
  });
});

describe('a change of number that is told after the first message of the new one', () => {
  it('takes the new addresses over, names what they had begun, and goes on in the old conversation', async () => {
    const { table } = emulators;
    const { id, old, now } = person();
    const first = await append(table, written(id('a'), 0, [old.phone, old.bsuid]));
    const begun = await append(table, written(id('b'), 12, [now.phone, now.bsuid]));
    expect(begun.conversation.id).not.toBe(first.conversation.id);
    const told = changed(id('c'), 10, [old.bsuid], [now.bsuid]);
    const change = await append(table, told);
    expect(change.conversation.id).toBe(first.conversation.id);
    expect(change.entry.contactChange).toEqual({
      reason: 'address_changed',
      identities: [now.bsuid],
      previousIdentities: [old.bsuid],
      relatedContactId: begun.conversation.contactId,
      relatedConversationId: begun.conversation.id,
    });
    // The customer wrote there; the window is open here too.
    expect((await readConversation(table, first.conversation.id)).replyWindow).toEqual(
      begun.entry.replyWindow,
    );
    // The phone was not named by the change; it came with the user id and goes with it.
    for (const [index, addresses] of [[now.phone], [now.bsuid]].entries()) {
      const [address] = addresses;
      if (!address) continue;
      const next = await append(table, written(id(`d${index}`), 13 + index, [address]));
      expect(next.conversation.id).toBe(first.conversation.id);
    }
    expect((await append(table, told)).outcome).toBe('duplicate');
  });

  it('ends with one contact in every order, each delivered twice', async () => {
    const { table } = emulators;
    for (const order of permutations([0, 1, 2, 3])) {
      const { id, old, now } = person();
      const messages = [
        written(id('a'), 0, [old.phone, old.bsuid]),
        changed(id('b'), 10, [old.phone, old.bsuid], [now.phone, now.bsuid]),
        written(id('c'), 12, [now.phone, now.bsuid]),
        written(id('d'), 13, [now.bsuid]),
      ];
      for (const index of [...order, ...order]) {
        const message = messages[index];
        if (message) await append(table, message);
      }
      const addresses = [old.phone, old.bsuid, now.phone, now.bsuid];
      const items = await Promise.all(addresses.map((each) => itemOf(table, each)));
      expect(new Set(items.map((item) => item?.contactId)).size, order.join()).toBe(1);
      expect(items.flatMap((item) => item?.conflicts ?? [])).toEqual([]);
      const next = await append(table, written(id('e'), 14, [now.phone, now.bsuid]));
      expect(next.conversation.contactId).toBe(items[0]?.contactId);
    }
  });

  it('ends with one contact when two workers have both at once', async () => {
    const { table } = emulators;
    for (let round = 0; round < 10; round += 1) {
      const { id, old, now } = person();
      const first = await append(table, written(id('a'), 0, [old.phone]));
      await Promise.all([
        append(table, written(id('b'), 10, [now.phone, now.bsuid])),
        append(table, changed(id('c'), 10, [old.phone], [now.phone, now.bsuid])),
      ]);
      const next = await append(table, written(id('d'), 11, [now.phone, now.bsuid]));
      expect(next.conversation.id).toBe(first.conversation.id);
    }
  });
});

describe('a number that had an owner before', () => {
  it('stays with him: the conflict is recorded, nobody is merged, and the user id decides', async () => {
    const { table } = emulators;
    const { id, old, now } = person();
    const owner = await append(table, written(id('a'), 0, [now.phone]));
    const first = await append(table, written(id('b'), 1, [old.phone, old.bsuid]));
    const told = changed(id('c'), 60, [old.phone, old.bsuid], [now.phone, now.bsuid]);
    const change = await append(table, told);
    expect(change.conversation.id).toBe(first.conversation.id);
    expect(change.entry.contactChange).toMatchObject({
      reason: 'address_conflict',
      relatedContactId: owner.conversation.contactId,
    });
    expect(await itemOf(table, now.phone)).toMatchObject({
      contactId: owner.conversation.contactId,
      conflicts: [first.conversation.contactId],
    });
    const both = await append(table, written(id('d'), 61, [now.phone, now.bsuid]));
    expect(both.conversation.id).toBe(first.conversation.id);
    expect(both.entry.contactChange).toBeUndefined();
    const alone = await append(table, written(id('e'), 62, [now.phone]));
    expect(alone.conversation.id).toBe(owner.conversation.id);
  });

  it('is free for somebody else once its owner has left it, and only then', async () => {
    const { table } = emulators;
    const { id, old, now } = person();
    const first = await append(table, written(id('a'), 0, [old.phone]));
    await append(table, changed(id('b'), 10, [old.phone], [now.phone]));
    const late = await append(table, written(id('c'), 9, [old.phone]));
    expect(late.conversation.id).toBe(first.conversation.id);
    const stranger = await append(table, written(id('d'), 6000, [old.phone]));
    expect(stranger.conversation.contactId).not.toBe(first.conversation.contactId);
    expect(stranger.entry.contactChange).toMatchObject({
      reason: 'address_conflict',
      relatedContactId: first.conversation.contactId,
    });
    const again = await append(table, written(id('e'), 6001, [old.phone]));
    expect(again.conversation.id).toBe(stranger.conversation.id);
    expect(again.entry.contactChange).toBeUndefined();
    const still = await append(table, written(id('f'), 6002, [now.phone]));
    expect(still.conversation.id).toBe(first.conversation.id);
  });
});
