import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { validateConsented } from '#shared/aws/store/contacts/consent';
import { recordConsent, recordWord } from '#shared/aws/store/contacts/record-consent';
import { readConversation } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { ConsentChange } from '#shared/model/consent';
import type { ConversationItem } from '#shared/table/items';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const mailbox = (address: string) =>
  ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;
const minute = (number: number) => `2026-11-21T10:${String(number).padStart(2, '0')}:00.000Z`;

async function write(id: string, from: string, at: number, more: Partial<ChannelMessage> = {}) {
  const message = textMessage(id, id, {
    customer: { identities: [mailbox(from)] },
    occurredAt: minute(at),
    thread: { key: id, follows: [] },
    ...more,
  });
  const { conversation, entry } = await appendMessage(emulators.table, origin, message);
  await recordConsent(emulators.table, conversation, entry);
  return readConversation(emulators.table, conversation.id);
}

const follows = (id: string) => ({
  thread: { key: id, follows: [{ providerMessageId: id, proof: 'claimed' as const }] },
});

const bounced: ConsentChange = {
  ...{ category: 'deliverability', state: 'revoked', source: 'bounce' },
  evidence: '5.1.1 no such user',
};

async function refusalIn(conversation: ConversationItem) {
  const reply = { content: { type: 'text', text: 'Hello' } } as const;
  return (await validateConsented(emulators.table, conversation, reply, {}, {})).refusal;
}

describe('an address that messages come back from', () => {
  it('gets no reply until its owner writes in the conversation again', async () => {
    const conversation = await write('a1', 'fred@a.example', 0);
    expect(await refusalIn(conversation)).toBeUndefined();
    await recordWord(emulators.table, conversation, { ...bounced, occurredAt: minute(5) });
    expect(await refusalIn(conversation)).toMatchObject({
      code: 'recipient_suppressed',
      title: `a message to fred@a.example came back on ${minute(5)}: 5.1.1 no such user`,
    });
    const other = await write('a2', 'fred@a.example', 6);
    expect(await refusalIn(conversation)).toMatchObject({ code: 'recipient_suppressed' });
    expect(await refusalIn(other)).toBeUndefined();
    expect(await refusalIn(await write('a3', 'fred@a.example', 7, follows('a1')))).toBeUndefined();
  });

  it('is not vouched for by an older message, a machine, a notice or another person', async () => {
    const first = { participants: [{ identity: mailbox('emily@b.example') }] };
    const conversation = await write('b1', 'fred@b.example', 0, first);
    await recordWord(emulators.table, conversation, { ...bounced, occurredAt: minute(5) });
    await write('b2', 'fred@b.example', 4, follows('b1'));
    await write('b3', 'fred@b.example', 6, { ...follows('b1'), automated: true });
    const content = { type: 'notice', kind: 'complaint' } as const;
    await write('b4', 'fred@b.example', 7, { ...follows('b1'), content });
    await write('b5', 'emily@b.example', 8, follows('b1'));
    expect(await refusalIn(conversation)).toMatchObject({ code: 'recipient_suppressed' });
  });

  it('is that of one recipient, where a message had several', async () => {
    const conversation = await write('c1', 'fred@c.example', 0, {
      participants: [{ identity: mailbox('emily@c.example') }],
    });
    const of = mailbox('emily@c.example');
    await recordWord(emulators.table, conversation, { ...bounced, occurredAt: minute(5) }, { of });
    expect(await refusalIn(conversation)).toBeUndefined();
    const hers = await write('c2', 'emily@c.example', 1);
    expect(await refusalIn(hers)).toMatchObject({ code: 'recipient_suppressed' });
  });
});

describe('the word of a person in Cc', () => {
  it('is for that address alone', async () => {
    const conversation = await write('d1', 'fred@d.example', 0, {
      participants: [{ identity: mailbox('emily@d.example') }],
    });
    const consent = { category: 'all_messages', state: 'revoked', evidence: 'stop' } as const;
    await write('d2', 'emily@d.example', 1, { ...follows('d1'), consent });
    expect(await refusalIn(conversation)).toBeUndefined();
    const hers = await write('d3', 'emily@d.example', 2);
    expect(await refusalIn(hers)).toMatchObject({ code: 'recipient_opted_out' });
  });
});
