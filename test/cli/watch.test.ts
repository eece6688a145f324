import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '#infra/cli/stage/table';
import { alertFeeds, watchConversations } from '#infra/cli/stage/watch';
import { movePublished } from '#shared/aws/store/append/conversation-writes';
import { appendAlert } from '#shared/aws/store/publishing/alert';
import { type Entry, EntryItem } from '#shared/table/entry';
import { inboxKeys } from '#shared/table/inbox';
import type { ConversationItem } from '#shared/table/items';
import { conversationKey, entryKey, stateKey } from '#shared/table/keys';
import { StateItem } from '#shared/table/state';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { clock, inboundEntry, replyEntry, storedMeta } from './stored-conversation.ts';

let emulators: Emulators;
let table: Table;
let conversation: ConversationItem;
let serial = 0;

beforeAll(async () => {
  emulators = await startEmulators();
  table = emulators.table;
});
afterAll(() => emulators.stop());
/** Each test has a conversation of its own, active now. */
beforeEach(() => {
  serial += 1;
  conversation = storedMeta({ id: `cnv_${String.fromCharCode(96 + serial).repeat(26)}` });
});

async function store(published: number, ...entries: readonly Entry[]): Promise<void> {
  conversation = {
    ...conversation,
    published,
    sequence: Math.max(conversation.sequence, published),
  };
  const inbox = inboxKeys(conversation.id, new Date().toISOString());
  const items = [
    ...entries.map((entry) => ({
      ...entryKey(conversation.id, entry.sequence),
      ...EntryItem.parse(entry),
    })),
    ...entries.map((entry) => ({
      ...stateKey(conversation.id, entry.sequence),
      ...StateItem.parse(entry),
    })),
    { ...conversationKey(conversation.id), ...conversation, ...inbox },
  ];
  for (const Item of items)
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
}

/** What one look finds of this test's conversation, in the order it would be printed. */
async function ids(look: ReturnType<typeof watchConversations>): Promise<string[]> {
  const found = (await look()).toSorted((a, b) => a.at.localeCompare(b.at));
  return found
    .filter(({ event }) => event.subject === conversation.id)
    .map(({ event }) => event.id.replace(`${conversation.id}.`, ''));
}

const longAgo = new Date('2026-01-01T00:00:00Z');

describe('watching the table', () => {
  it('shows nothing old, then every new entry once', async () => {
    await store(1, inboundEntry(1, 1));
    const look = watchConversations(table, [], undefined);
    expect(await ids(look)).toEqual([]);
    await store(3, inboundEntry(2, 2), inboundEntry(3, 3));
    expect(await ids(look)).toEqual(['2', '3']);
    expect(await ids(look)).toEqual([]);
  });

  it('begins where it is told to', async () => {
    await store(3, inboundEntry(1, 1, { opens: 'opened' }), inboundEntry(2, 2), inboundEntry(3, 3));
    expect(await ids(watchConversations(table, [], longAgo))).toEqual(['1.opened', '1', '2', '3']);
    expect(await ids(watchConversations(table, [], new Date(clock(2))))).toEqual(['2', '3']);
  });

  it('shows nothing that is stored and not yet on the queue', async () => {
    const reply = replyEntry(2, 2, [['sent', 3]]);
    await store(1, inboundEntry(1, 1), reply);
    const look = watchConversations(table, [], longAgo);
    expect(await ids(look)).toEqual(['1']);
    await store(2, { ...reply, publishedRevision: 0 });
    expect(await ids(look)).toEqual(['2']);
  });

  it('shows a status as soon as it is published, though the conversation itself has not changed', async () => {
    await store(2, inboundEntry(1, 1), replyEntry(2, 2, []));
    const look = watchConversations(table, [], undefined);
    await look();
    await store(2, replyEntry(2, 2, [['sent', 3]]));
    await expect.poll(() => ids(look)).toEqual(['2.r1']);
    await store(
      2,
      replyEntry(2, 2, [
        ['sent', 3],
        ['delivered', 4],
        ['read', 5],
      ]),
    );
    await expect.poll(() => ids(look)).toEqual(['2.r2', '2.r3']);
  });

  it('keeps the stored order where a provider has an older clock', async () => {
    const reply = replyEntry(1, 5, [
      ['sent', 9],
      ['delivered', 2],
    ]);
    await store(2, reply, inboundEntry(2, 3));
    expect(await ids(watchConversations(table, [], longAgo))).toEqual(['1', '2', '1.r1', '1.r2']);
  });

  it('misses none of a burst longer than what it looks at', async () => {
    await store(1, inboundEntry(1, 1));
    const look = watchConversations(table, [], undefined);
    await look();
    const burst = Array.from({ length: 60 }, (_, index) => inboundEntry(index + 2, 2));
    await store(61, ...burst);
    expect(await ids(look)).toEqual(burst.map(({ sequence }) => String(sequence)));
  });

  it('does not tell the history of a conversation that comes back', async () => {
    const look = watchConversations(table, [], undefined);
    await look();
    const now = new Date().toISOString();
    const fresh = inboundEntry(2, 1);
    await store(2, inboundEntry(1, 1), {
      ...fresh,
      ...(fresh.message ? { message: { ...fresh.message, receivedAt: now } } : {}),
    });
    expect(await ids(look)).toEqual(['2']);
  });

  it('passes over an item nobody can read', async () => {
    await store(2, inboundEntry(2, 2));
    const Item = { ...entryKey(conversation.id, 1), sequence: 'one' };
    await table.client.send(new PutCommand({ TableName: table.name, Item }));
    expect(await ids(watchConversations(table, [], longAgo))).toEqual(['2']);
  });

  it('shows alerts, which stand in no inbox', async () => {
    const origin = { connector: 'whatsapp', account: 'main', receivedAt: clock(1) };
    const alert = { code: 'credentials_rejected' as const, title: 'the token is expired' };
    const { conversation: feed } = await appendAlert(table, origin, {
      ...alert,
      kind: 'alert',
      id: 'a1',
      channel: 'whatsapp',
    });
    await movePublished(table, feed.id, 1);
    const feeds = alertFeeds({ accounts: [{ connector: 'whatsapp', account: 'main' }] });
    expect(feeds).toContain(feed.id);
    const found = await watchConversations(table, feeds, longAgo)();
    expect(found.filter(({ event }) => event.subject === feed.id)).toMatchObject([
      { event: { type: 'switchboard.channel.alert.v1', data: alert } },
    ]);
  });
});
