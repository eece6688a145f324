import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declaration } from '#connectors/email/declaration';
import { appendMessage } from '#shared/aws/store/append/append';
import { appendReply } from '#shared/aws/store/sending/accept';
import { validateAutomatic } from '#shared/aws/store/sending/automatic';
import { validateStored } from '#shared/aws/store/sending/validate';
import { readConversation } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { messageIdOf } from '#shared/ids';
import { ReplyCommand } from '#shared/model/reply';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { origin, phone, textMessage } from './messages.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const { maxTextLength, maxTextParts } = declaration.channels.email;
const capabilities = {
  ...{ replyContent: ['text'] as const, maxTextLength, maxTextParts },
  replyFields: { inReplyToMessageId: ['text'] as const },
  automaticReplies: declaration.channels.email.automaticReplies,
};
const minute = 60_000;
const start = Date.parse(origin.receivedAt);

let counted = 0;
/** A message of this address, in a conversation of its own or in a given one. */
async function receive(address: string, more: Partial<ChannelMessage> = {}, key?: string) {
  counted += 1;
  const thread = { key: key ?? `t${counted}`, follows: [] };
  const customer = { identities: [phone(address)] } as const;
  const message = textMessage(`m${counted}`, 'hello', { thread, customer, ...more });
  return appendMessage(emulators.table, origin, message);
}

interface Told {
  readonly role?: 'agent' | 'bot';
  readonly minutes?: number;
  readonly replyId?: string;
  readonly inReplyToMessageId?: string;
  readonly isDeclared?: boolean;
}

/** Checks and appends a reply as at a time; resolves with the code of its refusal. */
async function reply(conversationId: string, told: Told = {}, between = async () => {}) {
  const { role = 'bot', minutes = 0, isDeclared = true, ...rest } = told;
  counted += 1;
  const content = { type: 'text', text: 'I am a machine.' };
  const command = ReplyCommand.parse({
    replyId: `r${counted}`,
    conversationId,
    content,
    author: { role },
    ...rest,
  });
  const now = new Date(start + minutes * minute);
  const { automaticReplies: _, ...undeclared } = capabilities;
  const rules = {
    capabilities: isDeclared ? capabilities : undeclared,
    check: () => ({}) as never,
    archiveBucket: 'archive',
  };
  const { table } = emulators;
  const asking = {
    table,
    look: async () => ({ kind: 'found', sizeBytes: 1 }) as const,
    now: () => now,
  };
  const conversation = await readConversation(table, conversationId);
  const validation = await validateStored(asking, command, conversation, rules);
  await between();
  const { outcome, entry } = await appendReply(table, command, validation, now.toISOString());
  return entry?.firstErrors?.[0]?.code ?? outcome;
}

const refused = 'automatic_reply_refused';

describe('an automatic reply', () => {
  it('never answers a message that a machine wrote, and an agent may', async () => {
    const { conversation } = await receive('4910', { automated: true });
    expect(await reply(conversation.id)).toBe(refused);
    expect(await reply(conversation.id, { role: 'agent' })).toBe('accepted');
    expect(await reply(conversation.id, { isDeclared: false })).toBe('accepted');
  });

  it('counts the newest message of the customer, or the one that it names', async () => {
    const first = await receive('4911', {}, 'one');
    const answered = messageIdOf(first.conversation.id, first.entry);
    await receive('4911', { automated: true }, 'one');
    const { id } = first.conversation;
    expect(await reply(id)).toBe(refused);
    expect(await reply(id, { inReplyToMessageId: answered })).toBe('accepted');
    await receive('4911', {}, 'one');
    expect(await reply(id, { minutes: 61 })).toBe('accepted');
  });

  it('goes to an address once an hour, in whatever conversation', async () => {
    const [one, other] = [await receive('4912'), await receive('4912')];
    expect(await reply(one.conversation.id)).toBe('accepted');
    expect(await reply(other.conversation.id, { minutes: 1 })).toBe(refused);
    expect(await reply(other.conversation.id, { minutes: 59 })).toBe(refused);
    expect(await reply(other.conversation.id, { minutes: 60 })).toBe('accepted');
    const elsewhere = await receive('4913');
    expect(await reply(elsewhere.conversation.id, { minutes: 1 })).toBe('accepted');
  });

  it('does not use up the turn where it is refused, and agents have none', async () => {
    const { conversation } = await receive('4914', { automated: true }, 'two');
    expect(await reply(conversation.id)).toBe(refused);
    expect(await reply(conversation.id, { role: 'agent' })).toBe('accepted');
    await receive('4914', {}, 'two');
    expect(await reply(conversation.id, { minutes: 1 })).toBe('accepted');
    expect(await reply(conversation.id, { role: 'agent', minutes: 2 })).toBe('accepted');
  });

  it('is the same one when it comes again', async () => {
    const { conversation } = await receive('4915');
    expect(await reply(conversation.id, { replyId: 'same' })).toBe('accepted');
    expect(await reply(conversation.id, { replyId: 'same' })).toBe('duplicate');
  });

  it('fails where another one took the turn meanwhile', async () => {
    const [one, other] = [await receive('4916'), await receive('4916')];
    const meanwhile = async () => expect(await reply(other.conversation.id)).toBe('accepted');
    expect(await reply(one.conversation.id, {}, meanwhile)).toBe(refused);
  });
});

describe('an automatic reply to several', () => {
  it('takes the turn of each address, and stands back for one that has just had one', async () => {
    const recipients = (...addresses: string[]) => ({
      ...{ to: addresses.slice(0, 1).map(phone), cc: addresses.slice(1).map(phone), bcc: [] },
    });
    const check = async (conversationId: string, told: ReturnType<typeof recipients>) => {
      const { table } = emulators;
      const conversation = await readConversation(table, conversationId);
      const command = ReplyCommand.parse({
        ...{ replyId: `several${conversationId}`, conversationId, author: { role: 'bot' } },
        content: { type: 'text', text: 'I am a machine.' },
      });
      const now = new Date(start);
      const checked = await validateAutomatic(
        ...([table, command, conversation, { capabilities, recipients: told }, now] as const),
      );
      if (checked.refusal) return checked.refusal.code;
      return (await appendReply(table, command, checked, now.toISOString())).outcome;
    };
    const one = (await receive('31000001')).conversation.id;
    const other = (await receive('31000002')).conversation.id;
    const third = (await receive('31000003')).conversation.id;
    expect(await check(one, recipients('31000001', '31000009'))).toBe('accepted');
    expect(await check(other, recipients('31000002', '31000009'))).toBe(refused);
    expect(await check(third, recipients('31000009'))).toBe(refused);
    expect(await check(third, recipients('31000003'))).toBe('accepted');
  });

  it('never answers what is forged or spam', async () => {
    const failed = { authenticity: { level: 'failed' } } as const;
    const spam = { authenticity: { level: 'verified', spam: 'FAIL' } } as const;
    for (const [number, more] of [
      ['32000001', failed],
      ['32000002', spam],
    ] as const) {
      const { conversation } = await receive(number, more);
      expect(await reply(conversation.id)).toBe(refused);
      expect(await reply(conversation.id, { role: 'agent' })).toBe('accepted');
    }
  });
});
