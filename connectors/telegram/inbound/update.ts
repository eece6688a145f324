import type * as z from 'zod';
import type { ChannelEvent, ProviderChange } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { said, unsupported } from './content.ts';
import { editOf, messageOf, noticeOf, pressOf, updateOf } from './message.ts';
import { type Chat, Envelope, Membership, Placed, Press } from './payload.ts';

interface UpdateMember {
  readonly bot: string;
  readonly updateId: number;
  /** The one member of the update beside its id, and what it holds. */
  readonly name: string;
  readonly value: unknown;
}

type Reader = (member: UpdateMember) => ChannelEvent;

/** The kinds of update that are read; all others are kept as unsupported. */
const readers: Readonly<Record<string, Reader>> = {
  message: reader(Envelope, messageOf),
  edited_message: reader(Envelope, editOf),
  callback_query: reader(Press, pressOf),
  my_chat_member: reader(Membership, noticeOf),
};

/** Reads a member in a private chat; the chat is beside the content, or the content's message is in it. */
function reader<Value extends { chat?: Chat; message?: { chat: Chat } | undefined }>(
  schema: z.ZodType<Value>,
  eventOf: (value: Value, bot: string, updateId: number, raw: unknown) => ChannelEvent,
): Reader {
  return (member) => {
    const value = read(schema, member);
    const { bot, updateId } = member;
    const ignored = elsewhere(value.chat ?? value.message?.chat);
    return ignored ?? eventOf(value, bot, updateId, member.value);
  };
}

/** Reads one update into canonical values. */
export function eventsOf(payload: unknown, bot: string): readonly ChannelEvent[] {
  const { update_id, ...members } = payload as Readonly<Record<string, unknown>>;
  const updateId = Number(update_id);
  const all = Object.entries(members);
  if (all.length === 0) return [{ kind: 'ignored', reason: 'empty_update' }];
  return all.map(([name, value]) => {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    return (reader ?? unread)({ bot, updateId, name, value });
  });
}

/**
 * Groups and channels are not served (docs/channels/telegram.md): a group that grows gets another id, and the model
 * has no way to say that of a group.
 */
function elsewhere(chat: Chat | undefined): ChannelEvent | undefined {
  const reason = reasons.get(chat?.type);
  return reason ? { kind: 'ignored', reason } : undefined;
}

const reasons = new Map<string | undefined, string>([
  ['group', 'group_chat'],
  ['supergroup', 'group_chat'],
  ['channel', 'channel_post'],
]);

/** A message where a user is named, an alert where none is. */
function unread({ bot, updateId, name, value }: UpdateMember): ChannelEvent {
  // Chats of a person whose account the bot manages: their owner writes in them too, and the bot is no party.
  if (name.includes('business')) return { kind: 'ignored', reason: 'business_account' };
  const { chat, from, user, date } = Placed.safeParse(value).data ?? {};
  const ignored = elsewhere(chat);
  if (ignored) return ignored;
  const person = chat?.type === 'private' ? chat : (from ?? user);
  if (person) return updateOf(bot, updateId, person, date, said(unsupported(name, value), ''));
  return {
    kind: 'alert',
    id: `update:${updateId}`,
    channel: 'telegram',
    code: name as ProviderChange,
    title: `Telegram told of a ${name}, which is not read here`,
    details: value,
  };
}

function read<Value>(schema: z.ZodType<Value>, { name, value }: UpdateMember): Value {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data as Value;
  const [issue] = error.issues;
  const path = [name, ...(issue?.path ?? [])].join('.');
  throw new ConnectorError('unreadable_payload', `${path}: ${issue?.message}`);
}
