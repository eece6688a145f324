import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConversation } from '#shared/aws/store/table';
import { entryEvents } from '#shared/events/events';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { append, permutations, phone, written } from './contacts/identities.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const agent = { handledBy: 'meta_business_agent' };
const people = { handledBy: 'people' };

describe('who has a conversation', () => {
  it('is told when it opens, and changes with the last word of the channel', async () => {
    const { table } = emulators;
    const customer = phone('16505554001');
    const first = await append(table, written('a1', 0, [customer], agent));
    const [opened] = entryEvents(first.conversation, first.entry);
    expect(opened).toMatchObject({ data: { conversation: agent } });
    expect(await readConversation(table, first.conversation.id)).toMatchObject(agent);
    await append(table, written('a2', 1, [customer], people));
    const conversation = await readConversation(table, first.conversation.id);
    expect(conversation.handledBy).toBeUndefined();
    // Published again after the handover, the opening says what it said before.
    expect(entryEvents(conversation, first.entry)[0]).toEqual(opened);
  });

  it('is the same in every order of what the channel tells', async () => {
    const { table } = emulators;
    for (const [index, order] of permutations([0, 1, 2, 3]).entries()) {
      const customer = phone(`165055541${String(index).padStart(2, '0')}`);
      const words = [people, agent, agent, people];
      let id = '';
      for (const each of order) {
        const message = written(`b${index}.${each}`, each, [customer], words[each]);
        id = (await append(table, message)).conversation.id;
      }
      expect((await readConversation(table, id)).handledBy, order.join()).toBeUndefined();
    }
  });

  it('costs a conversation nothing that no agent ever had', async () => {
    const { table } = emulators;
    const customer = phone('16505554002');
    const { conversation } = await append(table, written('c1', 0, [customer], people));
    await append(table, written('c2', 1, [customer], people));
    expect(await readConversation(table, conversation.id)).not.toHaveProperty('handledAt');
  });
});
