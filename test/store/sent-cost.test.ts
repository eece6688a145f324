import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { addSpending, readSpending } from '#shared/aws/store/spending/spending';
import { readConversation, type Table } from '#shared/aws/store/table';
import { ReplyCommand } from '#shared/model/reply';
import type { ConversationItem } from '#shared/table/items';
import type { Delivery } from '#shared/table/state';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { countCosts } from './cost-counter.ts';
import { textMessage, origin as usual } from './messages.ts';

let emulators: Emulators;
let costOf: ReturnType<typeof countCosts>;
beforeAll(async () => {
  emulators = await startEmulators();
  costOf = countCosts(emulators.table);
});
afterAll(() => emulators.stop());

const at = '2026-11-21T10:00:00.000Z';
const leaseUntil = '2026-11-21T10:01:00.000Z';
const price = (part: Partial<Delivery['price']> = {}): NonNullable<Delivery['price']> => ({
  ...{ asOf: '2026-04-20', micros: 25_000, partMicros: 10_000 },
  uses: { 'send:summoned_reply': 1 },
  ...part,
});

let accounts = 0;
async function accepted(): Promise<{ conversation: ConversationItem; account: string }> {
  accounts += 1;
  const account = `a${accounts}`;
  const origin = { ...usual, account, raw: { sha256: '0'.repeat(64), packed: new Uint8Array(9) } };
  const { table } = emulators;
  const { conversation } = await appendMessage(table, origin, textMessage(`m${accounts}`, 'hi'));
  const command = ReplyCommand.parse({
    ...{ replyId: account, conversationId: conversation.id },
    content: { type: 'text', text: 'an answer' },
  });
  await appendReply(table, command, {}, at);
  return { conversation: await readConversation(table, conversation.id), account };
}

function lease({ id }: ConversationItem, part: number, parts: number, given?: Delivery['price']) {
  const claim = { part, parts, leaseUntil, at, ...(given ? { price: given } : {}) };
  return leasePart(emulators.table, { conversationId: id, sequence: 2 }, claim);
}

async function sentEvents(conversation: ConversationItem) {
  const normalized = await emulators.queue(`normalized-${accounts}.fifo`);
  const outbound = await emulators.queue(`outbound-${accounts}.fifo`);
  const target = { table: emulators.table, normalized, outbound, now: () => new Date(at) };
  const state = await recordSent(emulators.table, conversation, 2, { part: 0, at });
  await publish(target, conversation, state);
  const events = await emulators.drain(normalized);
  return events.flatMap((event) => (event.type === 'switchboard.message.sent.v1' ? [event] : []));
}

const spent = (account: string, table: Table = emulators.table) =>
  readSpending(table, { connector: 'whatsapp', account }, new Date(at));

describe('a message at a provider that charges by the use', () => {
  it('tells its cost and the total of the day with it, and is counted once', async () => {
    const { conversation, account } = await accepted();
    const sending = { connector: 'whatsapp', account };
    const before = { uses: [{ use: 'dm.received', count: 4 }], micros: 40_000 };
    await addSpending(emulators.table, sending, new Date(at), before);
    await lease(conversation, 0, 1, price({ micros: 10_000 }));
    await recordSent(emulators.table, conversation, 2, { part: 0, providerMessageId: 'x1', at });
    // The echo of it comes after the answer.
    await recordSent(emulators.table, conversation, 2, { part: 0, providerMessageId: 'x1', at });
    expect(await spent(account)).toEqual({
      micros: 50_000,
      uses: { 'dm.received': 4, 'send:summoned_reply': 1 },
    });
    await addSpending(emulators.table, sending, new Date(at), before);
    // Published, and published again: what was stored with the record, not what the day says now.
    const cost = { amount: '0.010', currency: 'USD', estimated: true, asOf: '2026-04-20' };
    expect((await sentEvents(conversation)).map(({ data }) => data.cost)).toEqual([
      { ...cost, dayTotal: '0.050' },
    ]);
  });

  it('of several parts tells the price of all of them with the last, and counts each', async () => {
    const { conversation, account } = await accepted();
    await lease(conversation, 0, 2, price());
    await recordSent(emulators.table, conversation, 2, { part: 0, providerMessageId: 'y1', at });
    expect((await spent(account)).micros).toBe(10_000);
    await lease(conversation, 1, 2, price({ partMicros: 15_000, uses: { 'send:post': 1 } }));
    await recordSent(emulators.table, conversation, 2, { part: 1, providerMessageId: 'y2', at });
    expect(await spent(account)).toEqual({
      micros: 25_000,
      uses: { 'send:summoned_reply': 1, 'send:post': 1 },
    });
    const [event] = await sentEvents(conversation);
    expect(event?.data.cost).toMatchObject({ amount: '0.025', dayTotal: '0.025' });
  });

  it('is recorded as sent, without a total, where the spending cannot be reached', async () => {
    const { conversation, account } = await accepted();
    await lease(conversation, 0, 1, price());
    const send = emulators.table.client.send.bind(emulators.table.client);
    const watched = vi.spyOn(emulators.table.client, 'send').mockImplementation(((
      command: { input: { Key?: { sk?: string } } },
      ...rest: never[]
    ) => {
      if (command.input.Key?.sk?.startsWith('SPENDING#')) return Promise.reject(new Error('down'));
      return send(command as never, ...rest);
    }) as never);
    const evidence = { part: 0, providerMessageId: 'z1', at };
    const state = await recordSent(emulators.table, conversation, 2, evidence);
    watched.mockRestore();
    expect(state.status).toBe('sent');
    expect((await spent(account)).micros).toBe(0);
    const [event] = await sentEvents(conversation);
    expect(event?.data.cost).toMatchObject({ amount: '0.025' });
    expect(event?.data.cost).not.toHaveProperty('dayTotal');
  });

  it('costs the table one read unit and one write unit more than elsewhere', async () => {
    const priced = await accepted();
    const free = await accepted();
    const sending = ({ conversation }: typeof priced, given?: Delivery['price']) =>
      costOf(async () => {
        await lease(conversation, 0, 1, given);
        const evidence = { part: 0, providerMessageId: conversation.id, at };
        await recordSent(emulators.table, conversation, 2, evidence);
      });
    const dear = await sending(priced, price());
    const cheap = await sending(free);
    expect(dear.write - cheap.write).toBe(1);
    expect(dear.read - cheap.read).toBe(1);
    expect(cheap.calls.length + 2).toBe(dear.calls.length);
  });
});

describe('a message elsewhere', () => {
  it('tells no cost, and nothing is counted', async () => {
    const { conversation, account } = await accepted();
    await lease(conversation, 0, 1);
    await recordSent(emulators.table, conversation, 2, { part: 0, providerMessageId: 'w1', at });
    const [event] = await sentEvents(conversation);
    expect(event?.data).not.toHaveProperty('cost');
    expect(await spent(account)).toEqual({ micros: 0, uses: {} });
  });
});
