import { PutCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { markDue } from '#shared/aws/store/due/check-due';
import { listDue } from '#shared/aws/store/due/due';
import { dirtyConversations, markDirty } from '#shared/aws/store/publishing/dirty';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { recordUncertain } from '#shared/aws/store/sending/record-outcome';
import { readEntry } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { ReplyCommand } from '#shared/model/reply';
import { dueAs, indexes, shardOf, shards } from '#shared/table/keys';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { firstOf } from '#test/support/connectors/first-of';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const conversations = 40;
const at = origin.receivedAt;
const later = '2026-11-23T10:00:00.000Z';

/** A conversation with an uncertain reply and one that the sweep looks after, a failed publication and a parked deletion. */
async function troubled(number: number): Promise<void> {
  const { table } = emulators;
  const customer = { identities: [phone(`1650555${4000 + number}`)] as const };
  const message = textMessage(`i${number}`, 'hello', { customer });
  const { conversation } = await appendMessage(table, origin, message);
  for (const replyId of ['uncertain', 'accepted']) {
    const content = { type: 'text' as const, text: replyId };
    const command = ReplyCommand.parse({
      ...{ replyId: `${replyId}${number}`, conversationId: conversation.id, content },
    });
    await appendReply(table, command, {}, at);
  }
  const place = { conversationId: conversation.id, sequence: 2 };
  await leasePart(table, place, { part: 0, parts: 1, leaseUntil: at, at });
  const claimed = await readEntry(table, conversation.id, 2);
  if (claimed) await recordUncertain(table, place, claimed, { lookAfterAt: at });
  const accepted = await readEntry(table, conversation.id, 3);
  if (accepted)
    await markDue(table, { conversationId: conversation.id, sequence: 3 }, accepted, at);
  await markDirty(table, conversation.id, 1, at);
  await applyChannelUpdate(table, origin, {
    kind: 'deletion',
    id: `deletion${number}`,
    target: { providerMessageId: `unknown${number}` },
    by: customer,
  });
}

/** What is said of index keys under which more than a fair share of the items stands; nothing where all is well. */
async function narrowKeys(): Promise<string[]> {
  const { client, name } = emulators.table;
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  return Object.entries(indexes).flatMap(([index, { keys }]) => {
    const kinds = Map.groupBy(
      Items.flatMap((item) => String(item[keys[0]] ?? '') || []),
      (key) => key.slice(0, key.lastIndexOf('#')),
    );
    if (kinds.size === 0) return [`${index}: nothing was written`];
    return [...kinds].flatMap(([kind, found]) => {
      const sizes = [...Map.groupBy(found, (key) => key).values()].map(({ length }) => length);
      const max = Math.max(...sizes);
      return max > found.length / 2 ? [`${index}: ${max} of ${found.length} ${kind}`] : [];
    });
  });
}

describe('the indexes', () => {
  beforeAll(async () => {
    for (let number = 0; number < conversations; number += 1) await troubled(number);
  });

  it('hold no key that is one constant for all', async () => {
    expect(await narrowKeys()).toEqual([]);
  });

  it('a constant key would be seen', async () => {
    const { client, name } = emulators.table;
    const keys = Array.from({ length: 9 }, (_, n) => ({ pk: 'PLANTED', sk: String(n) }));
    for (const key of keys) {
      const Item = { ...key, duePk: 'DUE#planted#0', dueAt: at };
      await client.send(new PutCommand({ TableName: name, Item }));
    }
    expect(await narrowKeys()).toEqual(['due: 9 of 9 DUE#planted']);
    for (const Key of keys) {
      await client.send(
        new UpdateCommand({ TableName: name, Key, UpdateExpression: 'REMOVE duePk, dueAt' }),
      );
    }
  });

  it('list every item of every shard, each class for itself, the most overdue first', async () => {
    const { table } = emulators;
    for (const dueClass of ['uncertain', 'reply', 'update'] as const) {
      const found = await firstOf(listDue(table, dueClass, later, 3), 1000);
      expect(found, dueClass).toHaveLength(conversations);
      const times = found.map(({ dueAt }) => dueAt);
      expect(times).toEqual(times.toSorted());
      expect(new Set(found.map(({ pk }) => shardOf(pk))).size).toBeGreaterThan(1);
    }
    expect(await firstOf(dirtyConversations(table, 3), 1000)).toHaveLength(conversations);
  });

  it('find what was written while there were fewer shards, and what is written once there are more', async () => {
    const { table } = emulators;
    const { written, read } = shards;
    expect(written).toBeLessThanOrEqual(read);
    const put = (id: string) =>
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { pk: id, sk: 'x', ...dueAs('reply', id, '2026-11-01T10:00:00.000Z') },
        }),
      );
    const ids = Array.from({ length: 20 }, (_, n) => `CONVERSATION#grown${n}`);
    try {
      Object.assign(shards, { written: 1, read: 1 });
      for (const id of ids.slice(0, 10)) await put(id);
      Object.assign(shards, { read: 16 });
      Object.assign(shards, { written: 16 });
      for (const id of ids.slice(10)) await put(id);
      const found = await firstOf(listDue(table, 'reply', '2026-11-01T10:00:00.000Z'), 100);
      expect(found.map(({ pk }) => pk).toSorted()).toEqual(ids.toSorted());
    } finally {
      Object.assign(shards, { written, read });
    }
  });
});
