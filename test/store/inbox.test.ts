import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { listInbox } from '#shared/aws/store/publishing/inbox';
import { readConversation } from '#shared/aws/store/table';
import type { InboxRequest } from '#shared/table/inbox';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
const conversations = 60;
/** By conversation id: when somebody wrote last. */
const activity = new Map<string, string>();

const write = async (number: number, occurredAt: string, account = 'main') => {
  const customer = { identities: [phone(`1650556${4000 + number}`)] as const };
  const id = `${number}.${occurredAt}`;
  const message = textMessage(id, 'hello', { customer, occurredAt });
  const { conversation } = await appendMessage(emulators.table, { ...origin, account }, message);
  activity.set(conversation.id, occurredAt);
  return conversation.id;
};

beforeAll(async () => {
  emulators = await startEmulators();
  for (let number = 0; number < conversations; number += 1) {
    const occurredAt = new Date(Date.parse('2026-11-20T00:07:00Z') + number * 1_500_000);
    const account = number % 10 === 0 ? 'second' : 'main';
    await write(number, occurredAt.toISOString(), account);
  }
});
afterAll(() => emulators.stop());

/** Every page of a list. */
async function pages(request: InboxRequest) {
  const found = [];
  let cursor: string | undefined;
  do {
    const page = await listInbox(emulators.table, { ...request, cursor });
    found.push(page.rows);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

const hourOf = (conversationId: string) => activity.get(conversationId)?.slice(0, 13) ?? '';

describe('the inbox', () => {
  it.each([1, 7, 59, 60, 1000])(
    'lists everybody once, newest first, in pages of %i',
    async (limit) => {
      const rows = (await pages({ limit })).flat();
      expect(rows.map(({ conversationId }) => conversationId).toSorted()).toEqual(
        [...activity.keys()].toSorted(),
      );
      const hours = rows.map(({ conversationId }) => hourOf(conversationId));
      expect(hours).toEqual(hours.toSorted().toReversed());
      expect(hours).toEqual(rows.map(({ activeIn }) => activeIn));
    },
  );

  it('holds what a list is filtered by, and asks each shard once for a page', async () => {
    const first = await listInbox(emulators.table, { limit: 1 });
    const row = first.rows[0];
    const conversation = await readConversation(emulators.table, row?.conversationId ?? '');
    expect(row).toEqual({
      conversationId: conversation.id,
      activeIn: conversation.lastActivityAt.slice(0, 13),
      ...{
        status: conversation.status,
        channel: conversation.channel,
        connector: conversation.connector,
      },
      ...{ account: conversation.account, contactId: conversation.contactId },
    });
  });

  it('filters; a page may be short and still have a cursor', async () => {
    const filter = { account: 'second' };
    const found = await pages({ limit: 4, filter });
    expect(found.flat()).toHaveLength(6);
    expect(found.flat().every(({ account }) => account === 'second')).toBe(true);
    expect(found.some((rows) => rows.length < 4)).toBe(true);
    expect((await pages({ limit: 4, filter: { status: 'closed' } })).flat()).toEqual([]);
  });

  it('lists from an hour on', async () => {
    const since = '2026-11-20T20:30:00.000Z';
    const rows = (await pages({ limit: 5, since })).flat();
    const expected = [...activity.values()].filter((at) => at.slice(0, 13) >= '2026-11-20T20');
    expect(rows).toHaveLength(expected.length);
  });

  it('moves a conversation up with the next hour, and not within one', async () => {
    const id = await write(3, '2026-11-22T10:05:00.000Z');
    expect((await listInbox(emulators.table, { limit: 1 })).rows[0]?.conversationId).toBe(id);
    await write(3, '2026-11-22T10:55:00.000Z');
    expect((await pages({ limit: 9 })).flat().filter((row) => row.conversationId === id)).toEqual([
      expect.objectContaining({ activeIn: '2026-11-22T10' }),
    ]);
  });

  it('refuses a cursor that no page has given', async () => {
    await expect(listInbox(emulators.table, { limit: 1, cursor: 'INBOX#1' })).rejects.toThrow();
  });
});
