import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '#shared/aws/publish/publish';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { reserveSlots } from '#shared/aws/store/sending/slots';
import { readConversation, readItem } from '#shared/aws/store/table';
import { applyChannelUpdate, applyChannelUpdates } from '#shared/aws/store/update/channel-update';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { ReplyCommand } from '#shared/model/reply';
import { maxPackedBytes } from '#shared/raw/item';
import { parkedOn, ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { countCosts } from './cost-counter.ts';
import { origin, phone, status, textMessage } from './messages.ts';

let emulators: Emulators;
let costOf: ReturnType<typeof countCosts>;

beforeAll(async () => {
  emulators = await startEmulators();
  costOf = countCosts(emulators.table);
});
afterAll(() => emulators.stop());

/** The largest that rides in a reference. */
const raw = { sha256: '0'.repeat(64), packed: new Uint8Array(maxPackedBytes) };

/** What the documentation says. */
const budget = {
  inboundTextWrites: 7,
  inboundTextReads: 1,
  statusWrites: 2,
  takeableWrites: 2,
  strangerStatusWrites: 1,
  strangerStatusReads: 0.5,
};

describe('what a message costs in the table', () => {
  it('is 7 write units and 1 read unit for an inbound text of a known customer', async () => {
    const normalized = await emulators.queue('normalized.fifo');
    const outbound = await emulators.queue('outbound.fifo');
    const target = { table: emulators.table, normalized, outbound, now: () => new Date() };
    const receive = async (id: string, text: string) => {
      const wamid = `wamid.HBgLMTY1MDU1NTEyMzTiRRjqHPFvfsOj8mrQ1${id}`;
      const message = textMessage(wamid, text);
      const { conversation, entry } = await appendMessage(
        emulators.table,
        { ...origin, raw },
        message,
      );
      await publish(target, conversation, entry);
    };
    await receive('a1', 'the first one opens the conversation');
    const cost = await costOf(() => receive('a2', 'an ordinary text message of a customer'));
    console.log(`inbound text: ${cost.write} write units, ${cost.read} read units`, cost.calls);
    expect(cost.write).toBe(budget.inboundTextWrites);
    expect(cost.read).toBe(budget.inboundTextReads);
  });

  it('is one kilobyte for the largest reference: of the last message a conversation can have, with an expiry', async () => {
    const { client, name: TableName } = emulators.table;
    const pointer = {
      conversationId: `cnv_${'a'.repeat(26)}`,
      contactId: `con_${'a'.repeat(26)}`,
      ...{ sequence: 999_999_999_999_999, part: 0, expiresAt: 1_795_255_200 },
    };
    const put = (length: number) => {
      const key = referenceKey('whatsapp', 'main', String(length));
      const Item = { ...key, ...pointer, raw: new Uint8Array(length) };
      return costOf(() => client.send(new PutCommand({ TableName, Item })));
    };
    expect((await put(raw.packed.length)).write).toBe(1);
    expect((await put(raw.packed.length + 20)).write).toBe(2);
  });

  it('is the same for a text in a group, of a member with a number, a user id and two names', async () => {
    const identities = [
      phone('491701234567'),
      { ...phone('DE.44001122334455667788'), kind: 'bsuid' as const },
    ] as const;
    const author = { identities, displayName: 'Ada Beispiel', username: 'ada.beispiel' };
    const group = { ...phone('Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD') };
    const customer = { identities: [{ ...group, kind: 'group' }] } as const;
    const write = (id: string) => {
      const wamid = `wamid.HBgLMTY1MDU1NTEyMzTiRRjqHPFvfsOj8mrQ2${id}`;
      const text = 'an ordinary text message of a customer';
      const message = textMessage(wamid, text, { customer, author });
      return appendMessage(emulators.table, { ...origin, raw }, message);
    };
    await write('d1');
    const cost = await costOf(() => write('d2'));
    console.log(`text in a group: ${cost.write} write units, ${cost.read} read units`);
    // Publishing moves the cursor for one more.
    expect(cost.write + 1).toBe(7);
    expect(cost.read).toBe(1);
  });

  it('is 2 write units more to open a conversation under an address that may still be taken over', async () => {
    const customer = { identities: [phone('16505553002')] as const };
    const open = (number: string, occurredAt: string) => {
      const business = { ...phone(number), kind: 'sender_id' as const };
      const message = textMessage(`c${number}`, 'hello', { customer, business, occurredAt });
      return costOf(() => appendMessage(emulators.table, origin, message));
    };
    await open('1', '2026-11-01T10:00:00.000Z');
    const ofLate = await open('2', '2026-11-20T10:00:00.000Z');
    const longKnown = await open('3', '2026-12-20T10:00:00.000Z');
    console.log(`opening: ${longKnown.write} write units, ${ofLate.write} for a new address`);
    expect(ofLate.write - longKnown.write).toBe(budget.takeableWrites);
  });

  it('is at most 2 write units for a delivery status', async () => {
    const normalized = await emulators.queue('normalized.fifo');
    const outbound = await emulators.queue('outbound.fifo');
    const target = { table: emulators.table, normalized, outbound, now: () => new Date() };
    const customer = { identities: [phone('16505553001')] as const };
    const echo = textMessage('b1', 'sent', { customer, direction: 'outbound' });
    const { conversation, entry } = await appendMessage(emulators.table, origin, echo);
    await publish(target, conversation, entry);
    const cost = await costOf(async () => {
      const { changed } = await applyChannelUpdate(emulators.table, origin, status('b1', 'read'));
      if (changed) await publish(target, changed.conversation, changed.entry);
    });
    console.log(`delivery status: ${cost.write} write units, ${cost.read} read units`, cost.calls);
    expect(cost.write).toBeLessThanOrEqual(budget.statusWrites);
  });

  it('is 2 write units for a status of a reply in one message, with no read but that of its conversation', async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505553099')] as const };
    const { conversation } = await appendMessage(
      table,
      origin,
      textMessage('e1', 'hi', { customer }),
    );
    const content = { type: 'text' as const, text: 'an answer' };
    const command = ReplyCommand.parse({ replyId: 'e', conversationId: conversation.id, content });
    await appendReply(table, command, {}, origin.receivedAt);
    const place = { conversationId: conversation.id, sequence: 2 };
    const at = origin.receivedAt;
    await leasePart(table, place, { part: 0, parts: 1, leaseUntil: at, at });
    const fresh = await readConversation(table, conversation.id);
    const evidence = { part: 0, providerMessageId: 'e2', at };
    const sent = await recordSent(table, fresh, 2, evidence);
    const normalized = await emulators.queue('normalized.fifo');
    const outbound = await emulators.queue('outbound.fifo');
    const target = { table, normalized, outbound, now: () => new Date() };
    await publish(target, fresh, sent);
    for (const value of ['delivered', 'read'] as const) {
      const cost = await costOf(async () => {
        const { changed } = await applyChannelUpdate(table, origin, status('e2', value));
        if (changed) await publish(target, changed.conversation, changed.entry);
      });
      console.log(`status of a reply: ${cost.write} write units, ${cost.read} read units`);
      expect(cost.write).toBeLessThanOrEqual(2);
      // Where the id points, and the conversation.
      expect(cost.read).toBeLessThanOrEqual(1);
    }
  });

  it('is 1 write unit and half a read unit for each status of a message that somebody else sent', async () => {
    const { table } = emulators;
    // As long as Meta's are, with what it tells of prices.
    const id = 'wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjA4OUQ0QUVDNzlGNEIzMTVGRQA=';
    for (const [index, name] of ['sent', 'delivered', 'read'].entries()) {
      const update = metaUpdate(id, name);
      const cost = await costOf(() => applyChannelUpdate(table, origin, update));
      console.log(`status of a stranger: ${cost.write} write units, ${cost.read} read units`);
      expect(cost.write, name).toBe(budget.strangerStatusWrites);
      expect(cost.read, name).toBe(budget.strangerStatusReads);
      const again = await costOf(() => applyChannelUpdate(table, origin, update));
      expect(again.read, name).toBe(1.5);
      const reference = await readItem(table, ReferenceItem, referenceKey('whatsapp', 'main', id));
      expect(parkedOn(reference, id)).toHaveLength(index + 1);
      expect(parkedOn(reference, id).at(-1)?.id).toBe(`${id}:${name}:-`);
    }
  });

  it('is 1 write unit for all three of them in one batch', async () => {
    const { table } = emulators;
    const id = 'wamid.HBgNNTUxMTk4NzY1NDMyMRUCABEYEjA4OUQ0QUVDNzlGNEIzMTVGRQB=';
    const received = ['sent', 'delivered', 'read'].map((name) => ({
      ...{ update: metaUpdate(id, name), receivedAt: origin.receivedAt },
    }));
    const cost = await costOf(() => applyChannelUpdates(table, origin, received));
    expect([cost.write, cost.read]).toEqual([budget.strangerStatusWrites, 0.5]);
  });

  it('leaves what a stranger is told of in no index, and to expire by itself', async () => {
    const key = referenceKey('whatsapp', 'main', 'wamid.expires');
    await applyChannelUpdate(emulators.table, origin, metaUpdate('wamid.expires', 'sent'));
    const { Item } = await emulators.table.client.send(
      new GetCommand({ TableName: emulators.table.name, Key: key }),
    );
    expect(Object.keys(Item ?? {}).toSorted()).toEqual([
      ...['expiresAt', 'parked', 'parkedIds', 'pk', 'sk'],
    ]);
    expect(Item?.['expiresAt']).toBe(Date.parse(origin.receivedAt) / 1000 + 14 * 86_400);
  });
});

/** A status with everything that Meta's pricing adds to it. */
function metaUpdate(providerMessageId: string, value: string): ChannelUpdate {
  return {
    kind: 'status',
    id: `${providerMessageId}:${value}:-`,
    target: { providerMessageId },
    occurredAt: '2026-11-21T10:00:05.000Z',
    status: value as 'sent',
    metadata: {
      ...{ pricingModel: 'PMP', pricingType: 'regular', pricingCategory: 'marketing' },
      ...{ billable: 'true', conversationId: '0123456789abcdef0123456789abcdef' },
      ...{ conversationOrigin: 'marketing', conversationExpiresAt: '2026-11-22T10:00:00.000Z' },
    },
  };
}

describe('what the pace of an account costs', () => {
  it('is 1 write unit for the slot of a reply, and 1 for those of a whole batch', async () => {
    const account = { connector: 'whatsapp', account: 'paced' };
    const pacing = { perSecond: 80, burst: 80 };
    for (const count of [1, 1, 10]) {
      const wanted = { now: new Date(), count, withinMs: 120_000 };
      const cost = await costOf(() => reserveSlots(emulators.table, account, pacing, wanted));
      expect(cost.write).toBe(1);
      expect(cost.read).toBeLessThanOrEqual(0.5);
    }
  });
});
