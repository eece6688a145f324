import '#test/model/quiet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { readConversation, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { eventsOf, itemsOf } from '#test/connectors/whatsapp/signed-webhook';
import { type Database, startDatabase } from '#test/model/database';
import { origin } from '#test/store/messages';
import { parameters } from './parameters.ts';

let database: Database;
beforeAll(async () => {
  database = await startDatabase();
});
afterAll(() => database.stop());

const [p1, p2] = ['16505551234', '12195555358'];
const [b1, b2, b3] = ['US.1001', 'US.1002', 'US.1003'];

/** What a customer does in half a day, ten minutes apart, as Meta tells it. The last one is the newest. */
const story: readonly object[] = [
  { from: p1 },
  { from: p1, from_user_id: b1 },
  { from_user_id: b1 },
  { system: { type: 'user_changed_user_id', user_id: b2, previous_user_id: b1 } },
  { from_user_id: b2 },
  {
    from: p1,
    system: { type: 'user_changed_number', wa_id: p2, user_id: b3, previous_user_id: b2 },
  },
  { from: p2, from_user_id: b3 },
  { from_user_id: b3 },
];

async function messageOf(index: number): Promise<ChannelMessage> {
  const timestamp = String(1795219200 + index * 600);
  const content = { type: 'text', text: { body: `message ${index}` } };
  const kind = 'system' in (story[index] ?? {}) ? { type: 'system' } : content;
  const message = { id: `wamid.${index}`, timestamp, ...kind, ...story[index] };
  const [item] = itemsOf({
    entry: [{ changes: [{ field: 'messages', value: { messages: [message] } }] }],
  });
  const [event] = item ? await eventsOf(item) : [];
  if (event?.kind !== 'message') throw new Error('no message');
  return event;
}

let tables = 0;

/** The contacts and conversations that are left of the story, told in this order. */
async function endOf(order: readonly number[], atOnce = false) {
  tables += 1;
  const table: Table = await database.createTable(`identities${tables}`);
  const messages = await Promise.all(order.map(messageOf));
  const tell = async (message: ChannelMessage) =>
    (await appendMessage(table, origin, message)).conversation;
  const written = atOnce ? await Promise.all(messages.map(tell)) : await oneByOne(messages, tell);
  const items = await database.itemsOf(table);
  const addresses = items.filter(({ sk }) => sk === 'IDENTITY');
  const conversations = [...new Set(written.map(({ id }) => id))];
  const last = await messageOf(story.length - 1);
  const { conversation } = await appendMessage(table, origin, {
    ...last,
    providerMessageId: 'wamid.next',
  });
  const now = await readConversation(table, conversation.id);
  await database.dropTable(table);
  return {
    addresses: addresses.length,
    contacts: new Set(addresses.map(({ contactId }) => contactId)).size,
    conversations: conversations.length,
    entries: items.filter(({ sk }) => String(sk).startsWith('ENTRY#')).length,
    answeredTo: now.customerIdentities[0]?.address,
  };
}

async function oneByOne<In, Out>(all: readonly In[], work: (each: In) => Promise<Out>) {
  const results: Out[] = [];
  for (const each of all) results.push(await work(each));
  return results;
}

const everything = story.map((_, index) => index);
const one = { addresses: 5, contacts: 1, entries: story.length };

/** Every webhook at least once, some again, in any order. */
const orders = fc
  .array(fc.nat(story.length - 1), { maxLength: 4 })
  .chain((again) =>
    fc.shuffledSubarray([...everything, ...again], { minLength: story.length + again.length }),
  );

describe('a customer whose addresses come, go and change', () => {
  it('has one conversation when everything comes in order, also twice', async () => {
    const doubled = everything.flatMap((index) => [index, index]);
    for (const order of [everything, doubled, [...everything, ...everything]]) {
      expect(await endOf(order)).toEqual({ ...one, conversations: 1, answeredTo: b3 });
    }
  });

  it('ends as one contact, answered at the newest address, in any order and repetition', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        expect(await endOf(order)).toMatchObject({ ...one, answeredTo: b3 });
      }),
      parameters(40),
    );
  });

  it('ends as one contact when workers have everything at once', async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        expect(await endOf(order, true)).toMatchObject(one);
      }),
      parameters(10),
    );
  });

  it('would be noticed to end as two', async () => {
    // Without the two changes nobody knows that the addresses are one person's.
    const withoutChanges = [0, 1, 2, 4, 6, 7];
    expect((await endOf(withoutChanges)).contacts).toBe(3);
  });
});
