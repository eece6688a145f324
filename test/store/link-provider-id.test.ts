import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendReply } from '#shared/aws/store/sending/accept';
import { leasePart } from '#shared/aws/store/sending/lease';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { readConversation, readEntry } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { findTarget } from '#shared/aws/store/update/target';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { messageIdOf } from '#shared/ids';
import { ReplyCommand } from '#shared/model/reply';
import type { Entry } from '#shared/table/entry';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

let counted = 0;
let conversationId = '';
/** Meta's ids of the parts of the reply at hand, which nobody has told us yet. */
let wamid = (part = 0) => `wamid.${counted}.${part}`;
const sequence = 2;
const at = '2026-11-21T10:00:06.000Z';

/** A reply that a carrier has taken, of so many parts, of which its answer told the carrier's own id only. */
async function replySent(parts = 1): Promise<void> {
  const { table } = emulators;
  const command = ReplyCommand.parse({
    ...{ replyId: `r${counted}`, conversationId },
    content: { type: 'text', text: 'a reply' },
  });
  await appendReply(table, command, {}, origin.receivedAt);
  for (let part = 0; part < parts; part += 1) {
    const leaseUntil = '2026-11-21T10:01:00.000Z';
    await leasePart(table, { conversationId, sequence }, { part, parts, leaseUntil, at });
    const conversation = await readConversation(table, conversationId);
    const providerAliases = [`carrier-${counted}-${part}`];
    await recordSent(table, conversation, sequence, { part, at, providerAliases });
  }
}

const status = (value: 'sent' | 'delivered' | 'read', part = 0): ChannelUpdate => ({
  kind: 'status',
  id: `${wamid(part)}:${value}`,
  target: {
    providerMessageId: wamid(part),
    messageId: messageIdOf(conversationId, { sequence }),
    part,
  },
  status: value,
});
const reaction = (): ChannelUpdate => ({
  kind: 'reaction',
  id: `${wamid()}:reaction`,
  target: { providerMessageId: wamid() },
  emoji: '👍',
  customer: { identities: [phone(`1650555${1000 + counted}`)] },
});
const apply = (update: ChannelUpdate) => applyChannelUpdate(emulators.table, origin, update);
const entry = async (): Promise<Entry | undefined> =>
  readEntry(emulators.table, conversationId, sequence);
const whoIs = (providerMessageId: string) =>
  findTarget(emulators.table, origin.connector, origin.account, { providerMessageId });

beforeEach(async () => {
  counted += 1;
  const own = counted;
  wamid = (part = 0) => `wamid.${own}.${part}`;
  const customer = { identities: [phone(`1650555${1000 + counted}`)] as const };
  const message = textMessage(`in${counted}`, 'hello', { customer });
  const { conversation } = await appendMessage(emulators.table, origin, message);
  conversationId = conversation.id;
});

describe('a reply whose provider id the answer did not tell', () => {
  it('is sent without one, and is found by the id of the carrier', async () => {
    await replySent();
    expect(await entry()).toMatchObject({ status: 'sent', delivery: { state: 'sent' } });
    expect((await entry())?.providerMessageId).toBeUndefined();
    expect(await whoIs(`carrier-${counted}-0`)).toMatchObject({
      conversationId,
      sequence,
      part: 0,
    });
  });

  it.each(['sent', 'delivered'] as const)(
    'learns it from its first status, `%s`',
    async (first) => {
      await replySent();
      const { changed } = await apply(status(first));
      expect(changed?.entry.pending.at(-1)).toMatchObject(
        first === 'delivered' ? { status: 'delivered', providerMessageId: wamid() } : {},
      );
      expect((await entry())?.providerMessageId).toBe(wamid());
      expect(await whoIs(wamid())).toMatchObject({ conversationId, sequence, part: 0 });
      // Without our own id: a reaction, and the status of a system that has forgotten it.
      expect((await apply(reaction())).outcome).toBe('applied');
      const later = { ...status('read'), target: { providerMessageId: wamid() } };
      expect((await apply(later)).outcome).toBe('applied');
      expect(await entry()).toMatchObject({ status: 'read' });
    },
  );

  it('gets what had come for it before: a reaction waited under the id', async () => {
    await replySent();
    expect((await apply(reaction())).outcome).toBe('parked');
    const { changed } = await apply(status('delivered'));
    const kinds = changed?.entry.pending.map(({ kind }) => kind);
    expect(kinds).toEqual(['status', 'status', 'reaction']);
    const revision = changed?.entry.revision;
    await apply(status('delivered'));
    expect((await entry())?.revision).toBe(revision);
  });

  it('keeps of several parts the id of the last, and each id points at its part', async () => {
    await replySent(2);
    await apply(status('sent', 0));
    expect((await entry())?.providerMessageId).toBeUndefined();
    await apply(status('sent', 1));
    await apply(status('delivered', 0));
    expect((await entry())?.providerMessageId).toBe(wamid(1));
    expect(await whoIs(wamid(0))).toMatchObject({ conversationId, sequence, part: 0 });
    expect(await whoIs(wamid(1))).toMatchObject({ conversationId, sequence, part: 1 });
  });

  it('is settled by a status that overtakes the answer, which then changes nothing', async () => {
    const { table } = emulators;
    const command = ReplyCommand.parse({
      ...{ replyId: `r${counted}`, conversationId },
      content: { type: 'text', text: 'a reply' },
    });
    await appendReply(table, command, {}, origin.receivedAt);
    const leaseUntil = '2026-11-21T10:01:00.000Z';
    await leasePart(table, { conversationId, sequence }, { part: 0, parts: 1, leaseUntil, at });
    await apply(status('delivered'));
    const conversation = await readConversation(table, conversationId);
    const providerAliases = ['carrier-late'];
    await recordSent(table, conversation, sequence, { part: 0, at, providerAliases });
    expect(await entry()).toMatchObject({ status: 'delivered', providerMessageId: wamid() });
  });
});
