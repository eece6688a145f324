import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { answeredMessage, newestOfCustomer } from '#shared/aws/store/sending/earlier';
import { hasAcceptedSince } from '#shared/aws/store/sending/lease';
import type { Table } from '#shared/aws/store/table';
import { latestEntries } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { type Database, startDatabase } from '#test/model/database';
import { origin, phone, textMessage } from './messages.ts';

let database: Database;
let table: Table;
beforeAll(async () => {
  database = await startDatabase();
  table = await database.createTable('earlier');
});
afterAll(() => database.stop());

/** Writes so many messages of one customer, then so many of ours; resolves with their conversation. */
async function conversationOf(name: string, customers: number, ours: number): Promise<string> {
  let id = '';
  for (let number = 1; number <= customers + ours; number += 1) {
    const direction = number <= customers ? ('inbound' as const) : ('outbound' as const);
    const customer = { identities: [phone(name)] } as const;
    const message = textMessage(`${name}.${number}`, `text ${number}`, { direction, customer });
    id = (await appendMessage(table, origin, message)).conversation.id;
  }
  return id;
}

const takenAt = '2026-11-21T12:00:00.000Z';

describe('the message that a reply answers', () => {
  it('is found behind any number of our own', async () => {
    const id = await conversationOf('16505550001', 2, 75);
    expect((await newestOfCustomer(table, id))?.sequence).toBe(2);
    const answered = { providerMessageId: '16505550001.2' };
    expect(await answeredMessage(table, id, { takenAt })).toEqual(answered);
    expect(await answeredMessage(table, id, { takenAt, before: 70 })).toEqual(answered);
  });

  it('is the newest before the reply, whatever the customer writes behind it', async () => {
    const id = await conversationOf('16505550002', 40, 0);
    expect(await answeredMessage(table, id, { takenAt, before: 3 })).toEqual({
      providerMessageId: '16505550002.2',
    });
    expect(await answeredMessage(table, id, { takenAt, before: 1 })).toEqual({});
    const page = await latestEntries(table, id, 30, 40);
    expect(page.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 30 }, (_, i) => 39 - i),
    );
  });

  it('is none that was deleted before the reply was taken', async () => {
    const id = await conversationOf('16505550003', 2, 1);
    const deleted = async (number: number, occurredAt: string) =>
      applyChannelUpdate(table, origin, {
        ...{ kind: 'deletion', id: `deletion-${number}`, occurredAt },
        by: { identities: [phone('16505550003')] },
        target: { providerMessageId: `16505550003.${number}` },
      });
    await deleted(2, '2026-11-21T11:00:00.000Z');
    const first = { providerMessageId: '16505550003.1' };
    expect(await answeredMessage(table, id, { takenAt })).toEqual(first);
    await deleted(1, '2026-11-21T13:00:00.000Z');
    expect(await answeredMessage(table, id, { takenAt })).toEqual(first);
    expect(await answeredMessage(table, id, { takenAt: '2026-11-21T14:00:00.000Z' })).toEqual({
      isAllDeleted: true,
    });
  });
});

describe('the replies accepted since', () => {
  it('are none where only the customer has written', async () => {
    const id = await conversationOf('16505550004', 40, 0);
    expect(await hasAcceptedSince(table, id, new Date(0))).toBe(false);
  });
});
