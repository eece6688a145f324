import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { appendMessage } from '#shared/aws/store/append/append';
import { takeOffMissed } from '#shared/aws/store/due/check-due';
import { listDue } from '#shared/aws/store/due/due';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { entriesAfter, readConversation, readEntry, readItem } from '#shared/aws/store/table';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { lastEditOf } from '#shared/aws/store/update/last-edit';
import { messageIdOf } from '#shared/ids';
import { ReplyCommand } from '#shared/model/reply';
import { referenceKey } from '#shared/table/keys';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { firstOf } from '#test/support/connectors/first-of';
import { bySize } from '#test/support/runner/size';
import { origin, phone, status, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

describe('appending a message', () => {
  it('opens a conversation with the first message and numbers the next ones without a gap', async () => {
    const { table } = emulators;
    const first = await appendMessage(table, origin, textMessage('a1', 'hello'));
    const second = await appendMessage(table, origin, textMessage('a2', 'again'));
    expect(first.entry).toMatchObject({ sequence: 1, opens: 'opened' });
    expect(second.entry).toMatchObject({ sequence: 2 });
    expect(second.conversation.id).toBe(first.conversation.id);
    expect(second.entry.opens).toBeUndefined();
  });

  it('stores a message once however often it is delivered, also at the same time', async () => {
    const { table } = emulators;
    const message = textMessage('b1', 'only once', {
      customer: { identities: [phone('16505550001')] },
    });
    const results = await Promise.all(
      Array.from({ length: 50 }, () => appendMessage(table, origin, message)),
    );
    expect(results.filter(({ outcome }) => outcome === 'appended')).toHaveLength(1);
    const [{ conversation } = { conversation: undefined }] = results;
    expect(await entriesAfter(table, conversation?.id ?? '', 0)).toHaveLength(1);
  });

  it('gives concurrent messages of one conversation different numbers, 1 to n', async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505550002')] as const };
    const ids = Array.from({ length: 5 }, (_, index) => `c${index}`);
    const results = await Promise.all(
      ids.map((id) => appendMessage(table, origin, textMessage(id, id, { customer }))),
    );
    const sequences = results.map(({ entry }) => entry.sequence).sort((a, b) => a - b);
    expect(sequences).toEqual([1, 2, 3, 4, 5]);
  });

  it('never turns the clock or the reply window back for a message that comes late', async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505550003')] as const };
    const { conversation } = await appendMessage(
      table,
      origin,
      textMessage('d1', 'now', { customer }),
    );
    const late = { customer, occurredAt: '2026-11-01T00:00:00.000Z' };
    await appendMessage(table, origin, textMessage('d2', 'late', late));
    const after = await readConversation(table, conversation.id);
    expect(after.lastActivityAt).toBe('2026-11-21T09:59:58.000Z');
    expect(after.replyWindow?.closesAt).toBe('2026-11-22T09:59:58.000Z');
  });

  it('keeps one conversation when a customer appears under a second address, then under that alone', async () => {
    const { table } = emulators;
    const number = phone('16505550004');
    const bsuid = {
      channel: 'whatsapp',
      kind: 'bsuid',
      scope: '',
      address: 'US.13491208',
    } as const;
    const seen = [[number], [number, bsuid], [bsuid]] as const;
    const ids = [];
    for (const [index, identities] of seen.entries()) {
      const message = textMessage(`e${index}`, 'hi', { customer: { identities } });
      ids.push((await appendMessage(table, origin, message)).conversation.id);
    }
    expect(new Set(ids).size).toBe(1);
  });

  it('never merges two contacts that claim one address: the address stays and the conflict is kept', async () => {
    const { table } = emulators;
    const [one, two] = [phone('16505550005'), phone('16505550006')];
    const first = await appendMessage(
      table,
      origin,
      textMessage('f1', 'a', { customer: { identities: [one] } }),
    );
    const second = await appendMessage(
      table,
      origin,
      textMessage('f2', 'b', { customer: { identities: [two] } }),
    );
    await appendMessage(
      table,
      origin,
      textMessage('f3', 'c', {
        customer: { identities: [one, two] },
        occurredAt: '2026-11-21T10:30:00.000Z',
      }),
    );
    const again = await appendMessage(
      table,
      origin,
      textMessage('f4', 'd', { customer: { identities: [two] } }),
    );
    expect(again.conversation.id).toBe(second.conversation.id);
    expect(again.conversation.id).not.toBe(first.conversation.id);
  });
});

describe('threads', () => {
  const mail = (id: string, from: string, follows: readonly string[]) =>
    textMessage(id, 'text', {
      customer: { identities: [{ channel: 'email', kind: 'mailbox', scope: '', address: from }] },
      thread: {
        key: id,
        follows: follows.map((providerMessageId) => ({ providerMessageId, proof: 'provider' })),
      },
    });

  it('follows a known message of the same contact, by the first ancestor that is known', async () => {
    const { table } = emulators;
    const root = await appendMessage(table, origin, mail('m1@x', 'ada@example.org', []));
    const reply = await appendMessage(
      table,
      origin,
      mail('m2@x', 'ada@example.org', ['gone@x', 'm1@x']),
    );
    expect(reply.conversation.id).toBe(root.conversation.id);
  });

  it('starts a new conversation for somebody else who names the same message, and relates the two', async () => {
    const { table } = emulators;
    const root = await appendMessage(table, origin, mail('m3@x', 'ada@example.org', []));
    const forged = await appendMessage(table, origin, mail('m4@x', 'eve@example.org', ['m3@x']));
    expect(forged.conversation.id).not.toBe(root.conversation.id);
    expect(forged.conversation.relatedConversationId).toBe(root.conversation.id);
  });
});

describe('updates that come before their message', () => {
  /** Together more than an item of DynamoDB holds; at the full size more than a page of a query. */
  const edits = bySize({ small: 110, full: 300 });

  it(`are kept however large they are: ${edits} edits of 4 kB, and the last text is the text`, async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505550999')] as const };
    const target = { providerMessageId: 'large-edits' };
    for (let number = 0; number < edits; number += 1) {
      const text = `${number} ${'x'.repeat(4_000)}`;
      const content = { type: 'text' as const, text };
      const occurredAt = new Date(Date.parse(origin.receivedAt) + number * 1000).toISOString();
      const update = { kind: 'edit' as const, id: `large-${number}`, target, occurredAt };
      const { outcome } = await applyChannelUpdate(table, origin, {
        ...update,
        content,
        text,
        by: customer,
      });
      expect(outcome).toBe('parked');
    }
    const message = textMessage(target.providerMessageId, 'hello', { customer });
    const { parked, entry, conversation } = await appendMessage(table, origin, message);
    expect(parked).toHaveLength(edits);
    await applyParked(table, origin, parked, message);
    const now = await readEntry(table, conversation.id, entry.sequence);
    expect(now).toMatchObject({ edits: { count: edits } });
    const place = { conversationId: conversation.id, sequence: entry.sequence };
    expect(now && (await lastEditOf(table, place, now))?.text).toMatch(
      new RegExp(`^${edits - 1} x`),
    );
  }, 60_000);

  it('wait for it and are applied once it is there, in any number of tries', async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505550007')] as const };
    const edit = {
      kind: 'edit' as const,
      id: 'g1:edit',
      target: { providerMessageId: 'g1' },
      content: { type: 'text' as const, text: 'corrected' },
      text: 'corrected',
      by: customer,
    };
    expect((await applyChannelUpdate(table, origin, edit)).outcome).toBe('parked');
    expect((await applyChannelUpdate(table, origin, edit)).outcome).toBe('parked');
    const message = textMessage('g1', 'corected', { customer });
    const { parked, conversation } = await appendMessage(table, origin, message);
    expect(parked).toHaveLength(1);
    await applyParked(table, origin, parked, message);
    await applyParked(table, origin, parked, message);
    const entry = await readEntry(table, conversation.id, 1);
    expect(entry).toMatchObject({ revision: 1, pending: [{ kind: 'edit' }], edits: { count: 1 } });
    if (!entry) throw new Error('no entry');
    const place = { conversationId: conversation.id, sequence: 1 };
    expect(await lastEditOf(table, place, entry)).toMatchObject({ text: 'corrected' });
  });
});

describe('an update that is parked while its message is appended', () => {
  it('is joined like those before it', async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505550017')] as const };
    const reaction = (emoji: string) => ({
      ...{ kind: 'reaction' as const, id: `g2:${emoji}`, emoji, customer },
      target: { providerMessageId: 'g2' },
    });
    await applyChannelUpdate(table, origin, reaction('a'));
    let transactions = 0;
    table.client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName?.startsWith('TransactWrite')) transactions += 1;
          // The first one was refused, and what is parked has been read since.
          if (transactions === 2) {
            transactions += 1;
            await applyChannelUpdate(table, origin, reaction('b'));
          }
          return next(args);
        },
      { step: 'initialize', name: 'parkInBetween' },
    );
    try {
      const { parked } = await appendMessage(table, origin, textMessage('g2', 'hi', { customer }));
      expect(parked.map(({ id }) => id)).toEqual(['g2:a', 'g2:b']);
    } finally {
      table.client.middlewareStack.remove('parkInBetween');
    }
  });
});

describe('statuses of a message', () => {
  it('only climb: every order of callbacks ends the same', async () => {
    const { table } = emulators;
    const orders = permutations(['sent', 'delivered', 'read'] as const);
    for (const [index, order] of orders.entries()) {
      const id = `h${index}`;
      const customer = { identities: [phone(`1650555100${index}`)] as const };
      const { conversation } = await appendMessage(
        table,
        origin,
        textMessage(id, 'written on the phone', { customer, direction: 'outbound' }),
      );
      for (const value of order) await applyChannelUpdate(table, origin, status(id, value));
      expect((await readEntry(table, conversation.id, 1))?.status).toBe('read');
    }
  });

  it('tell a failure after a delivery, and no delivery after a failure', async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505550009')] as const };
    const message = textMessage('i1', 'x', { customer, direction: 'outbound' });
    const { conversation } = await appendMessage(table, origin, message);
    await applyChannelUpdate(table, origin, status('i1', 'delivered'));
    const result = await applyChannelUpdate(table, origin, status('i1', 'failed'));
    expect(result.outcome).toBe('applied');
    const again = { ...status('i1', 'delivered'), id: 'i1:delivered:again' };
    expect((await applyChannelUpdate(table, origin, again)).outcome).toBe('stale');
    const entry = await readEntry(table, conversation.id, 1);
    expect(entry).toMatchObject({ status: 'failed', revision: 2 });
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

const edit = (providerMessageId: string) => ({
  ...{ kind: 'edit' as const, id: `${providerMessageId}:edit`, target: { providerMessageId } },
  ...{ text: 'corrected', content: { type: 'text' as const, text: 'corrected' } },
  by: 'business' as const,
});

describe('an update whose message never comes', () => {
  it('is counted once after a day, and still joined should the message come', async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505550010')] as const };
    const takeOff = async (now: string) => {
      const due = await firstOf(listDue(table, 'update', now), 10);
      for (const item of due) await takeOffMissed(table, item);
      return due.length;
    };
    await applyChannelUpdate(table, origin, edit('j1'));
    await applyChannelUpdate(table, origin, status('j1', 'read'));
    expect(await takeOff('2026-11-22T09:00:00.000Z')).toBe(0);
    expect(await takeOff('2026-11-22T11:00:00.000Z')).toBe(1);
    expect(await takeOff('2026-11-22T12:00:00.000Z')).toBe(0);
    const message = textMessage('j1', 'late', { customer, direction: 'outbound' });
    const { parked } = await appendMessage(table, origin, message);
    expect(parked).toHaveLength(2);
  });

  it('is not counted where it is a status: that only expires', async () => {
    const { table } = emulators;
    for (const value of ['sent', 'delivered', 'read'] as const) {
      await applyChannelUpdate(table, origin, status('j2', value));
    }
    const item = await readItem(table, z.looseObject({}), referenceKey('whatsapp', 'main', 'j2'));
    expect(item).toMatchObject({ expiresAt: Date.parse('2026-12-05T10:00:00Z') / 1000 });
    expect(item).not.toHaveProperty('duePk');
    const customer = { identities: [phone('16505550012')] as const };
    const message = textMessage('j2', 'late', { customer, direction: 'outbound' });
    const { parked } = await appendMessage(table, origin, message);
    expect(parked.at(-1)).toMatchObject({ id: 'j2:read', kind: 'status', status: 'read' });
  });
});

describe('a status that came before anybody knew the id it names', () => {
  it('is applied once a callback with our own id tells whose id it is', async () => {
    const { table } = emulators;
    const customer = { identities: [phone('16505550011')] as const };
    const { conversation } = await appendMessage(
      table,
      origin,
      textMessage('k1', 'hello', { customer }),
    );
    const content = { type: 'text' as const, text: 'answer' };
    const command = ReplyCommand.parse({ replyId: 'k', conversationId: conversation.id, content });
    const { entry } = await appendReply(table, command, {}, origin.receivedAt);
    const place = { conversationId: conversation.id, sequence: entry?.sequence ?? 0 };
    const until = '2026-11-21T10:01:00.000Z';
    await leasePart(table, place, { part: 0, parts: 1, leaseUntil: until, at: origin.receivedAt });
    expect((await applyChannelUpdate(table, origin, status('wamid.k', 'read'))).outcome).toBe(
      'parked',
    );
    const sent = status('wamid.k', 'sent');
    const messageId = messageIdOf(conversation.id, place);
    const told = { ...sent, target: { ...sent.target, messageId } };
    const { changed } = await applyChannelUpdate(table, origin, told);
    expect(changed?.entry).toMatchObject({ status: 'read', revision: 2 });
  });
});
