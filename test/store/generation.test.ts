import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pollChanges } from '#infra/cli/stage/changes';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendReply } from '#shared/aws/store/sending/accept';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { readConversation, readEntry } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { namedMessage } from '#shared/aws/store/update/named-message';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { messageIdOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import { ReplyCommand } from '#shared/model/reply';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const at = origin.receivedAt;
const file = {
  kind: 'image' as const,
  state: 'pending' as const,
  contentType: 'image/jpeg',
  providerFileId: 'f1',
};

async function snapshot() {
  const { client, name } = emulators.table;
  return (await client.send(new ScanCommand({ TableName: name }))).Items ?? [];
}

/** Makes the table what it was: what was written since is gone. */
async function restore(items: Awaited<ReturnType<typeof snapshot>>): Promise<void> {
  const { client, name } = emulators.table;
  const gone = (await snapshot()).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
  const back = items.map((Item) => ({ PutRequest: { Item } }));
  for (const requests of [gone, back]) {
    for (let from = 0; from < requests.length; from += 25) {
      const page = requests.slice(from, from + 25);
      await client.send(new BatchWriteCommand({ RequestItems: { [name]: page } }));
    }
  }
}

/** A conversation of one customer, and what happens in it, under a generation of the table. */
function conversationWith(name: string, number: string, target: PublishTarget) {
  const customer = { identities: [phone(number)] as const };
  const write = async (id: string) => {
    const message = textMessage(id, `says ${id}`, { customer, attachments: [file] });
    const { conversation, entry } = await appendMessage(target.table, origin, message);
    await publish(target, conversation, entry);
    return { conversation, entry };
  };
  const answer = async (conversationId: string, replyId: string) => {
    const content = { type: 'text' as const, text: `answer ${replyId}` };
    const command = ReplyCommand.parse({ replyId: `${name}-${replyId}`, conversationId, content });
    const { conversation, entry } = await appendReply(target.table, command, {}, at);
    if (!entry) throw new Error('not accepted');
    await publish(target, conversation, entry);
    const sent = { part: 0, providerMessageId: `${name}-${replyId}`, at };
    await recordSent(target.table, conversation, entry.sequence, sent);
    const state = await readEntry(target.table, conversationId, entry.sequence);
    if (state) await publish(target, await readConversation(target.table, conversationId), state);
    return entry;
  };
  const change = async (update: ChannelUpdate) => {
    const { outcome, changed } = await applyChannelUpdate(target.table, origin, update);
    if (changed) await publish(target, changed.conversation, changed.entry);
    return outcome;
  };
  const edit = (id: string, text: string) =>
    change({
      ...{ kind: 'edit', id: text, target: { providerMessageId: id }, by: customer, text },
      content: { type: 'text', text },
    });
  return { write, answer, edit, change };
}

/** The same table before and after it was restored; resolves with everything that was told and asked for. */
async function restoredOnce(name: string, number: string, generation: number) {
  const [normalized, outbound] = [
    await emulators.queue(`n-${name}.fifo`),
    await emulators.queue(`o-${name}.fifo`),
  ];
  const target = { table: emulators.table, normalized, outbound, now: () => new Date(at) };
  const before = conversationWith(name, number, target);
  const { conversation } = await before.write(`${name}-first`);
  const kept = await snapshot();
  const lost = await before.write(`${name}-lost`);
  const lostReply = await before.answer(conversation.id, 'lost');
  await before.edit(`${name}-first`, 'one edit');
  await restore(kept);
  const table = { ...emulators.table, generation };
  const after = conversationWith(name, number, { ...target, table });
  const next = await after.write(`${name}-next`);
  const nextReply = await after.answer(conversation.id, 'next');
  await after.edit(`${name}-first`, 'another edit');
  return { table, conversation, lost, lostReply, next, nextReply, after, normalized, outbound };
}

/** Ids under which two different things were told. */
function ambiguous(events: readonly { readonly id: string }[]): string[] {
  const bodies = Map.groupBy(events, ({ id }) => id);
  return [...bodies].flatMap(([id, told]) =>
    new Set(told.map((event) => canonicalJson(event))).size > 1 ? [id] : [],
  );
}

describe('a table that was restored to an earlier point', () => {
  it('gives no event, message or file the id of another one, in its next generation', async () => {
    const { conversation, lost, lostReply, next, nextReply, normalized, outbound } =
      await restoredOnce(...(['restored', '16505558001', 1] as const));
    expect([next.entry.sequence, nextReply.sequence]).toEqual([
      lost.entry.sequence,
      lostReply.sequence,
    ]);
    const events = await emulators.drain(normalized);
    expect(ambiguous(events)).toEqual([]);
    expect(events.map(({ id }) => id.slice(conversation.id.length))).toEqual([
      ...['.1.opened', '.1', '.2', '.3', '.3.r1', '.1.r1'],
      ...['.2_1', '.3_1', '.3.r1_1', '.1.r1_1'],
    ]);
    expect(messageIdOf(conversation.id, next.entry)).toMatch(/^msg_[a-z2-7]{26}_2_1$/);
    const files = [lost, next].map(({ entry }) => entry.message?.attachments[0]?.id);
    expect(new Set(files).size).toBe(2);
    expect(await emulators.drainBodies(outbound)).toMatchObject([
      { version: 1, conversationId: conversation.id, sequence: 3 },
      { version: 1, conversationId: conversation.id, sequence: 3, generation: 1 },
    ]);
  });

  it('is told by the command line under the same ids', async () => {
    const { table, conversation, normalized } = await restoredOnce('tail', '16505558004', 1);
    const events = await emulators.drain(normalized);
    const { found } = await pollChanges(
      table,
      await readConversation(table, conversation.id),
      undefined,
      0,
    );
    const ids = found.map(({ event }) => event.id);
    expect(ids).toContain(`${conversation.id}.1.r1_1`);
    expect(ids.filter((id) => !events.some((event) => event.id === id))).toEqual([]);
  });

  it('finds the message that an id names, and no other with its number', async () => {
    const restored = await restoredOnce('named', '16505558002', 2);
    const { table, conversation, lost, lostReply, next, nextReply, after } = restored;
    const named = (entry: Parameters<typeof messageIdOf>[1]) =>
      namedMessage(table, conversation.id, messageIdOf(conversation.id, entry));
    expect(await named(lost.entry)).toBeUndefined();
    expect((await named(next.entry))?.providerMessageId).toBe('named-next');
    const delivered = (messageId: string) =>
      after.change({
        ...{ kind: 'status', status: 'delivered', id: messageId, occurredAt: at },
        target: { messageId, providerMessageId: 'sid' },
      });
    expect(await delivered(messageIdOf(conversation.id, lostReply))).not.toBe('applied');
    expect((await readEntry(table, conversation.id, 3))?.status).toBe('sent');
    expect(await delivered(messageIdOf(conversation.id, nextReply))).toBe('applied');
    expect((await readEntry(table, conversation.id, 3))?.status).toBe('delivered');
  });

  it('would lose what it tells without a generation: the queue takes it for a repeat', async () => {
    const { normalized } = await restoredOnce('planted', '16505558003', 0);
    const events = await emulators.drain(normalized);
    expect(events.map(({ id }) => id.split('.').slice(1).join('.'))).toEqual([
      '1.opened',
      '1',
      '2',
      '3',
      '3.r1',
      '1.r1',
    ]);
  });

  it('would be found out if two things were told under one id', () => {
    const told = (text: string) => ({ id: 'cnv_a.1', text });
    expect(ambiguous([told('a'), told('a')])).toEqual([]);
    expect(ambiguous([told('a'), told('b')])).toEqual(['cnv_a.1']);
  });
});
