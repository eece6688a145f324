import type * as z from 'zod';
import type { ChannelEvent, ProviderChange } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { editOf, messageOf, noticeOf, otherOf, pressOf } from './message.ts';
import { type Chat, Envelope, Membership, Placed, Press } from './payload.ts';

interface UpdateMember {
  readonly bot: string;
  readonly updateId: number;
  /** The one member of the update beside its id, and what it holds. */
  readonly name: string;
  readonly value: unknown;
}

/** The kinds of update that are read; all others are kept as unsupported. */
const readers: Readonly<Record<string, (member: UpdateMember) => ChannelEvent>> = {
  message: ({ bot, ...member }) => {
    const message = read(Envelope, member);
    return elsewhere(message.chat) ?? messageOf(bot, message);
  },
  edited_message: ({ bot, updateId, ...member }) => {
    const message = read(Envelope, member);
    return elsewhere(message.chat) ?? editOf(bot, updateId, message);
  },
  callback_query: ({ bot, ...member }) => {
    const press = read(Press, member);
    return elsewhere(press.message?.chat) ?? pressOf(bot, press, member.value);
  },
  my_chat_member: ({ bot, updateId, ...member }) => {
    const change = read(Membership, member);
    return elsewhere(change.chat) ?? noticeOf(bot, updateId, change);
  },
};

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
  if (chat?.type === 'group' || chat?.type === 'supergroup') {
    return { kind: 'ignored', reason: 'group_chat' };
  }
  return chat?.type === 'channel' ? { kind: 'ignored', reason: 'channel_post' } : undefined;
}

/** A message where a user is named, an alert where none is. */
function unread({ bot, updateId, name, value }: UpdateMember): ChannelEvent {
  const { chat, from, user, date } = Placed.safeParse(value).data ?? {};
  const ignored = elsewhere(chat);
  if (ignored) return ignored;
  const person = chat?.type === 'private' ? chat : (from ?? user);
  if (person) return otherOf(bot, updateId, person, { name, raw: value, date });
  return {
    kind: 'alert',
    id: `update:${updateId}`,
    channel: 'telegram',
    code: name as ProviderChange,
    title: `Telegram told of a ${name}, which is not read here`,
    details: value,
  };
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  { name, value }: Pick<UpdateMember, 'name' | 'value'>,
): z.output<Schema> {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data as z.output<Schema>;
  const [issue] = error.issues;
  const path = [name, ...(issue?.path ?? [])].join('.');
  throw new ConnectorError('unreadable_payload', `${path}: ${issue?.message}`);
}
