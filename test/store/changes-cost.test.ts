import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { Queue } from '#shared/aws/queues/queue';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { readConversation, readEntry } from '#shared/aws/store/table';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import { applyChannelUpdate, applyChannelUpdates } from '#shared/aws/store/update/channel-update';
import { lastEditOf } from '#shared/aws/store/update/last-edit';
import { applyStatuses } from '#shared/aws/store/update/update';
import { messageIdOf } from '#shared/ids';
import { ReplyCommand } from '#shared/model/reply';
import { attachmentUpdateId } from '#shared/table/state';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { countSetting } from '#test/support/runner/settings';
import { bySize } from '#test/support/runner/size';
import { type Cost, countCosts } from './cost-counter.ts';
import { origin, phone, status, textMessage } from './messages.ts';

let emulators: Emulators;
let target: PublishTarget;
let costOf: ReturnType<typeof countCosts>;
let customers = 0;

const undelivered = { code: 'undelivered', title: 'not delivered', retryable: false } as const;

/** Within the hour of the customer's message: the conversation keeps its place in the indexes. */
const acceptedAt = '2026-11-21T09:59:59.000Z';
/** `REACTIONS=10000` as in docs/reliability.md; each takes some 15 ms. */
const reactions = countSetting('REACTIONS') ?? bySize({ small: 100, full: 500 });
/** Edits of one message, and statuses of another. */
const many = bySize({ small: 100, full: 1_000 });

/** What is published is counted elsewhere: here the table is all that matters. */
const silent: Queue = {
  url: 'silent',
  client: { send: async () => ({}) } as unknown as Queue['client'],
};

beforeAll(async () => {
  emulators = await startEmulators();
  costOf = countCosts(emulators.table);
  const now = () => new Date('2026-11-21T10:00:00.000Z');
  target = { table: emulators.table, normalized: silent, outbound: silent, now };
});
afterAll(() => emulators.stop());

/** A conversation that its customer has begun. */
const ada = { identities: [phone('4917000')] as const };

/** A conversation with a customer, or one of a group with a message of Ada. */
async function newConversation(kind: 'phone' | 'group' = 'phone'): Promise<string> {
  customers += 1;
  const identity = { ...phone(`4917000${customers}`), kind };
  const told = { customer: { identities: [identity] as const }, author: ada };
  const message = textMessage(`wamid.in-${customers}`, 'hi', told);
  const { conversation, entry } = await appendMessage(target.table, origin, message);
  await publish(target, conversation, entry);
  return conversation.id;
}

async function tell(id: string, value: 'delivered' | 'read'): Promise<void> {
  const { changed } = await applyChannelUpdate(target.table, origin, status(id, value));
  if (changed) await publish(target, changed.conversation, changed.entry);
}

/** A reply from the command to the reading; resolves with what each step has cost. */
async function replyOf(characters: number): Promise<Record<string, Cost>> {
  const { table } = target;
  const conversationId = await newConversation();
  const content = { type: 'text' as const, text: 'x'.repeat(characters) };
  const replyId = `0000-0000-${customers}`;
  const command = ReplyCommand.parse({ replyId, conversationId, content });
  const id = `wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3${customers}`;
  const accept = await costOf(async () => {
    const { conversation, entry } = await appendReply(table, command, {}, acceptedAt);
    if (entry) await publish(target, conversation, entry);
  });
  const conversation = await readConversation(table, conversationId);
  const send = await costOf(async () => {
    const place = { conversationId, sequence: 2 };
    const at = origin.receivedAt;
    const entry = await readEntry(table, conversationId, 2);
    await leasePart(table, place, { part: 0, parts: 1, leaseUntil: at, at }, entry);
    const sent = await recordSent(table, conversation, 2, { part: 0, providerMessageId: id, at });
    await publish(target, conversation, sent);
  });
  const delivered = await costOf(() => tell(id, 'delivered'));
  const read = await costOf(() => tell(id, 'read'));
  return { accept, send, delivered, read };
}

describe('what a reply with three statuses costs in the table', () => {
  it.each([
    [100, 17],
    [1_000, 19],
    [5_000, 27],
    [20_000, 55],
    [50_000, 115],
  ])(
    'is, with %d characters, at most %d write units from the command to the reading',
    async (characters, budget) => {
      const steps = await replyOf(characters);
      const writes = Object.entries(steps).map(([step, { write }]) => [step, write] as const);
      const total = writes.reduce((sum, [, write]) => sum + write, 0);
      console.log(
        `reply of ${characters} characters: ${total} write units`,
        Object.fromEntries(writes),
      );
      expect(total).toBeLessThanOrEqual(budget);
      expect(steps['delivered']?.write).toBe(2);
      expect(steps['read']?.write).toBe(2);
      expect(steps['delivered']?.read).toBeLessThanOrEqual(1);
    },
  );
});

/** A reply that its provider has taken under the id `together-<customers>`; `sent` is not published yet. */
async function sentReply() {
  const { table } = target;
  const conversationId = await newConversation();
  const content = { type: 'text' as const, text: 'hi' };
  const command = ReplyCommand.parse({ replyId: `t${customers}`, conversationId, content });
  await appendReply(table, command, {}, acceptedAt);
  const place = { conversationId, sequence: 2 };
  const at = acceptedAt;
  await leasePart(table, place, { part: 0, parts: 1, leaseUntil: at, at });
  const conversation = await readConversation(table, conversationId);
  const evidence = { part: 0, providerMessageId: `together-${customers}`, at };
  const sent = await recordSent(table, conversation, 2, evidence);
  return { place, at, conversation, sent, id: evidence.providerMessageId };
}

describe('statuses of one message that come together', () => {
  it('are one write, each with a revision of its own, from the lowest to the highest', async () => {
    const { table } = target;
    const { place, at } = await sentReply();
    const { conversationId } = place;
    const record = (value: 'delivered' | 'read' | 'failed') => ({
      ...{ kind: 'status' as const, id: `${value}-${customers}`, status: value, metadata: {} },
      ...{ occurredAt: at, errors: value === 'failed' ? [undelivered] : [] },
    });
    const cost = await costOf(() =>
      applyStatuses(table, place, [record('read'), record('delivered')]),
    );
    expect(cost).toMatchObject({ write: 1, read: 0 });
    expect(await readEntry(table, conversationId, 2)).toMatchObject({
      ...{ status: 'read', revision: 3 },
      pending: [{ status: 'sent' }, { status: 'delivered' }, { status: 'read' }],
    });
    const again = await applyStatuses(table, place, [record('read'), record('delivered')]);
    expect(again.outcome).toBe('repeated');
    const mixed = await applyStatuses(table, place, [record('failed'), record('read')]);
    expect(mixed.outcome).toBe('stale');
  });

  const tellAll = async (id: string, values: readonly ('sent' | 'delivered' | 'read')[]) => {
    const { receivedAt } = origin;
    const told = values.map((value) => ({ update: status(id, value), receivedAt }));
    const results = await applyChannelUpdates(target.table, origin, told);
    const changed = results.findLast((each) => each.changed)?.changed;
    if (changed) await publish(target, changed.conversation, changed.entry);
    return results.map(({ outcome }) => outcome);
  };

  it('in a batch cost a reply 2 write units with their publishing, in whatever order they come', async () => {
    for (const values of [
      ['sent', 'delivered', 'read'],
      ['read', 'sent', 'delivered'],
    ] as const) {
      const { place, conversation, sent, id } = await sentReply();
      await publish(target, conversation, sent);
      let outcomes: readonly string[] = [];
      const cost = await costOf(async () => {
        outcomes = await tellAll(id, values);
      });
      console.log(`${values.join(', ')} in a batch:`, cost);
      expect(cost.write).toBe(2);
      expect(outcomes.toSorted()).toEqual(['applied', 'applied', 'stale']);
      const entry = await readEntry(target.table, place.conversationId, 2);
      expect(entry).toMatchObject({ status: 'read', revision: 3, publishedRevision: 3 });
      expect(await tellAll(id, values)).not.toContain('applied');
      expect(await readEntry(target.table, place.conversationId, 2)).toEqual(entry);
    }
  });

  it('in a batch that was half applied before are one more write', async () => {
    const { place, conversation, sent, id } = await sentReply();
    await publish(target, conversation, sent);
    await tellAll(id, ['delivered']);
    expect(await tellAll(id, ['delivered', 'read'])).toEqual(['repeated', 'applied']);
    const entry = await readEntry(target.table, place.conversationId, 2);
    expect(entry).toMatchObject({ status: 'read', revision: 3, publishedRevision: 3 });
  });

  it('in a batch cost 2 write units too for a message that the business wrote elsewhere', async () => {
    await newConversation();
    const customer = { identities: [phone(`4917000${customers}`)] as const };
    const id = `elsewhere-${customers}`;
    const message = textMessage(id, 'hi', { customer, direction: 'outbound' });
    const { conversation, entry } = await appendMessage(target.table, origin, message);
    await publish(target, conversation, entry);
    const cost = await costOf(() => tellAll(id, ['delivered', 'read']));
    expect(cost.write).toBe(2);
    expect(await readEntry(target.table, conversation.id, entry.sequence)).toMatchObject({
      ...{ status: 'read', revision: 2, publishedRevision: 2 },
    });
  });

  it('settle a reply whose sender died before it could record, and are all told', async () => {
    const { table } = target;
    const conversationId = await newConversation();
    const content = { type: 'text' as const, text: 'hi' };
    const command = ReplyCommand.parse({ replyId: `d${customers}`, conversationId, content });
    await appendReply(table, command, {}, acceptedAt);
    const place = { conversationId, sequence: 2 };
    await leasePart(table, place, { part: 0, parts: 1, leaseUntil: acceptedAt, at: acceptedAt });
    const named = {
      messageId: messageIdOf(conversationId, { sequence: 2 }),
      providerMessageId: 'died',
    };
    const told = (['sent', 'delivered', 'read'] as const).map((value) => ({
      update: { ...status('died', value), target: named },
      receivedAt: origin.receivedAt,
    }));
    const results = await applyChannelUpdates(table, origin, told);
    expect(results[0]?.outcome).toBe('settled');
    const entry = await readEntry(table, conversationId, 2);
    expect(entry).toMatchObject({ status: 'read', delivery: { state: 'sent' } });
    expect(entry?.pending.map((each) => each.kind === 'status' && each.status)).toEqual([
      ...['sent', 'delivered', 'read'],
    ]);
  });
});

describe('what a changed message costs, however often it was changed before', () => {
  /** Applies so many changes and publishes each; resolves with the costs of the tenth and the last one. */
  async function change(count: number, work: (number: number) => Promise<void>) {
    const costs: Cost[] = [];
    for (let number = 1; number <= count; number += 1) {
      costs.push(await costOf(() => work(number)));
    }
    return { tenth: costs[9], last: costs.at(-1) };
  }

  const applied = async (update: Parameters<typeof applyChannelUpdate>[2]): Promise<void> => {
    const { outcome, changed } = await applyChannelUpdate(target.table, origin, update);
    if (outcome !== 'applied' || !changed) throw new Error(outcome);
    await publish(target, changed.conversation, changed.entry);
  };
  const timeOf = (number: number) =>
    new Date(Date.parse(origin.receivedAt) + number * 1000).toISOString();

  it(`is the same for the tenth edit of 4 kB and number ${many}, and the last text is the text`, async () => {
    const conversationId = await newConversation('group');
    const providerMessageId = `wamid.in-${customers}`;
    const { tenth, last } = await change(many, (number) => {
      const text = `${number} ${'x'.repeat(4_000)}`;
      const content = { type: 'text' as const, text };
      const named = { id: `edit-${number}`, target: { providerMessageId } };
      return applied({
        kind: 'edit',
        ...named,
        occurredAt: timeOf(number),
        content,
        text,
        by: ada,
      });
    });
    console.log(`edit: ${tenth?.write} write units, the last ${last?.write}`);
    expect(last?.write).toBe(tenth?.write);
    expect(last?.read).toBe(tenth?.read);
    const entry = await readEntry(target.table, conversationId, 1);
    expect(entry).toMatchObject({ revision: many, edits: { count: many }, pending: [] });
    if (!entry) return;
    const place = { conversationId, sequence: 1 };
    expect((await lastEditOf(target.table, place, entry))?.text).toMatch(new RegExp(`^${many} x`));
  }, 120_000);

  it('is the same for the tenth reaction and the last of any number', async () => {
    const conversationId = await newConversation('group');
    const providerMessageId = `wamid.in-${customers}`;
    const { tenth, last } = await change(reactions, (number) => {
      const customer = { identities: [phone(`49151${number}`)] as const, displayName: 'Ada' };
      const named = { id: `reaction-${number}`, target: { providerMessageId } };
      return applied({
        kind: 'reaction',
        ...named,
        occurredAt: timeOf(number),
        emoji: '👍',
        customer,
      });
    });
    console.log(`reaction: ${tenth?.write} write units, the last ${last?.write}`);
    expect(last?.write).toBe(tenth?.write);
    expect(last?.read).toBe(tenth?.read);
    const entry = await readEntry(target.table, conversationId, 1);
    expect(entry).toMatchObject({ revision: reactions, reactions, pending: [] });
  }, 300_000);

  it(`is nothing more after ${many} statuses, of which the last one counts`, async () => {
    const conversationId = await newConversation();
    const customer = { identities: [phone(`4917000${customers}`)] as const };
    const echo = textMessage('wamid.echo', 'sent', { customer, direction: 'outbound' });
    const { conversation, entry } = await appendMessage(target.table, origin, echo);
    await publish(target, conversation, entry);
    const { tenth, last } = await change(many, async (number) => {
      const value = number === many ? 'read' : 'delivered';
      const update = { ...status('wamid.echo', value), id: `status-${number}` };
      const { changed } = await applyChannelUpdate(target.table, origin, update);
      if (changed) await publish(target, changed.conversation, changed.entry);
    });
    console.log(
      `repeated status: ${tenth?.write} write units, the last, which climbs: ${last?.write}`,
    );
    expect(last?.write).toBe(2);
    const stored = await readEntry(target.table, conversationId, 2);
    expect(stored).toMatchObject({ status: 'read', revision: 2, pending: [] });
  }, 120_000);

  it('does not hold the text of a mail: each of its five files costs the same beside 5 and 50 kB', async () => {
    const costs: number[][] = [];
    for (const characters of [5_000, 50_000]) {
      customers += 1;
      const customer = { identities: [phone(`4917000${customers}`)] as const };
      const files = Array.from({ length: 5 }, (_, number) => ({
        ...({ kind: 'document', contentType: 'application/pdf', state: 'pending' } as const),
        fileName: `${number}.pdf`,
      }));
      const mail = textMessage(`mail-${customers}`, 'x'.repeat(characters), {
        customer,
        attachments: files,
      });
      const { conversation, entry } = await appendMessage(target.table, origin, mail);
      await publish(target, conversation, entry);
      const writes: number[] = [];
      for (const attachment of entry.message?.attachments ?? []) {
        const uri = `s3://switchboard-prod-storagearchivebucket-1a2b3c4d5e6f/media/${attachment.id}`;
        const stored = {
          ...attachment,
          state: 'stored',
          uri,
          sizeBytes: 1,
          sha256: '0'.repeat(64),
        } as const;
        const id = attachmentUpdateId(attachment.id, 'stored');
        const cost = await costOf(async () => {
          const place = { conversationId: conversation.id, sequence: 1 };
          const update = {
            kind: 'attachment',
            id,
            attachment: stored,
            occurredAt: origin.receivedAt,
          } as const;
          const { entry: changed } = await applyUpdate(target.table, place, update);
          if (changed) await publish(target, conversation, changed);
        });
        writes.push(cost.write);
      }
      costs.push(writes);
    }
    console.log('files of a mail:', costs[0]);
    expect(costs[1]).toEqual(costs[0]);
    expect(Math.max(...(costs[0] ?? []))).toBeLessThanOrEqual(4);
  });
});
