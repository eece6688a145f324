import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesAfter, readConversation } from '#shared/aws/store/table';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { append, at, bsuid, itemOf, phone, written } from './identities.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

describe('addresses of one message', () => {
  it('become aliases with their evidence and the time of their first sight', async () => {
    const { table } = emulators;
    const [number, id] = [phone('16505552001'), bsuid('US.2001')];
    const { conversation } = await append(table, written('a1', 0, [number]));
    const second = await append(table, written('a2', 5, [number, id]));
    const third = await append(table, written('a3', 6, [id]));
    expect([second.conversation.id, third.conversation.id]).toEqual([
      conversation.id,
      conversation.id,
    ]);
    const { contactId } = conversation;
    expect(await itemOf(table, number)).toEqual({
      contactId,
      evidence: 'observed',
      since: at(0),
      aliases: ['whatsapp##US.2001'],
    });
    expect(await itemOf(table, id)).toEqual({
      contactId,
      evidence: 'observed',
      since: at(5),
      aliases: ['whatsapp##16505552001'],
    });
    expect(second.entry.contactChange).toBeUndefined();
    expect((await readConversation(table, conversation.id)).customerIdentities).toEqual([
      id,
      number,
    ]);
  });

  it('that belong to two contacts go to the user id’s, and the conflict is told once', async () => {
    const { table } = emulators;
    const [number, id] = [phone('16505552002'), bsuid('US.2002')];
    const ofNumber = await append(table, written('b1', 0, [number]));
    const ofId = await append(table, written('b2', 1, [id]));
    const both = await append(table, written('b3', 60, [number, id]));
    expect(both.conversation.id).toBe(ofId.conversation.id);
    expect(both.entry.contactChange).toMatchObject({
      reason: 'address_conflict',
      relatedContactId: ofNumber.conversation.contactId,
    });
    await append(table, written('b4', 61, [number, id]));
    await append(table, written('b5', 62, [number, id, bsuid('US.2002b')]));
    const entries = await entriesAfter(table, ofId.conversation.id, 1);
    expect(entries.map(({ contactChange }) => contactChange?.reason)).toEqual([
      'address_conflict',
      undefined,
      undefined,
    ]);
    expect(await itemOf(table, number)).toMatchObject({
      contactId: ofNumber.conversation.contactId,
      conflicts: [ofId.conversation.contactId],
    });
    const alone = await append(table, written('b6', 63, [number]));
    expect(alone.conversation.id).toBe(ofNumber.conversation.id);
  });

  it('join a contact that had come to be only because this message is late', async () => {
    const { table } = emulators;
    const [number, id] = [phone('16505552003'), bsuid('US.2003')];
    const first = await append(table, written('c1', 0, [number]));
    const early = await append(table, written('c3', 20, [id]));
    const late = await append(table, written('c2', 10, [number, id]));
    expect(late.conversation.id).toBe(first.conversation.id);
    expect(late.entry.contactChange).toMatchObject({
      reason: 'address_changed',
      relatedContactId: early.conversation.contactId,
      relatedConversationId: early.conversation.id,
    });
    expect((await append(table, written('c4', 21, [id]))).conversation.id).toBe(
      first.conversation.id,
    );
  });

  it('are linked once when many workers have the first message that shows them', async () => {
    const { table } = emulators;
    const [number, id] = [phone('16505552004'), bsuid('US.2004')];
    await append(table, written('d0', 0, [number]));
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        append(table, written(`d${index + 1}`, 1, [number, id])),
      ),
    );
    expect(new Set(results.map(({ conversation }) => conversation.id)).size).toBe(1);
    expect((await itemOf(table, id))?.conflicts).toBeUndefined();
  });
});

describe('a phone the customer says is theirs', () => {
  it('becomes an alias by that word, is not answered first, and is believed once it writes', async () => {
    const { table } = emulators;
    const [number, id] = [phone('16505552005'), bsuid('US.2005')];
    const { conversation } = await append(table, written('e1', 0, [id]));
    const shared = written('e2', 1, [id], { assertsIdentities: [number] });
    expect((await append(table, shared)).conversation.id).toBe(conversation.id);
    expect(await itemOf(table, number)).toMatchObject({
      contactId: conversation.contactId,
      evidence: 'asserted',
    });
    expect((await readConversation(table, conversation.id)).customerIdentities).toEqual([
      id,
      number,
    ]);
    const seen = await append(table, written('e3', 2, [number, id]));
    expect(seen.conversation.id).toBe(conversation.id);
    expect(await itemOf(table, number)).toMatchObject({ evidence: 'observed' });
  });

  it('is recorded as a conflict, and nothing else, where it is somebody else’s', async () => {
    const { table } = emulators;
    const [number, id] = [phone('16505552006'), bsuid('US.2006')];
    const owner = await append(table, written('f1', 0, [number]));
    const message = written('f2', 1, [id], { assertsIdentities: [number] });
    const claimed = await append(table, message);
    expect(claimed.conversation.id).not.toBe(owner.conversation.id);
    expect(claimed.entry.contactChange).toMatchObject({
      reason: 'address_conflict',
      relatedContactId: owner.conversation.contactId,
    });
    expect(await itemOf(table, number)).toMatchObject({
      contactId: owner.conversation.contactId,
      conflicts: [claimed.conversation.contactId],
    });
  });
});
