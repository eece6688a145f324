import { messageIdIn, otherIdIn } from '#connectors/telegram/provider-id';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import { omitUndefined } from '#shared/json';
import { type Said, said, saidIn, unsupported } from './content.ts';
import { customerOf, identityOf, occurredAt } from './customer.ts';
import type { Envelope, Membership, Person, Press } from './payload.ts';

/** The fields that every message in a private chat has, with any content. */
function fromCustomer(bot: string, person: Person, said: Said, id: string): ChannelMessage {
  return {
    kind: 'message',
    channel: 'telegram',
    direction: 'inbound',
    visibility: 'private',
    providerMessageId: id,
    business: identityOf(bot),
    customer: customerOf(person),
    ...said,
  };
}

/** Tells if the bot did it: Telegram tells a bot of its pins and refunds as messages from itself. */
function isOurs(bot: string, { from }: Envelope): boolean {
  return String(from?.id) === bot;
}

export function messageOf(message: Envelope, bot: string): ChannelEvent {
  const { chat, message_id, date, reply_to_message: followed, quote, ...members } = message;
  return {
    ...fromCustomer(bot, chat, saidIn(message), messageIdIn(bot, chat.id, message_id)),
    direction: isOurs(bot, message) ? 'outbound' : 'inbound',
    ...occurredAt(date),
    ...omitUndefined({
      inReplyToProviderMessageId: followed && messageIdIn(bot, chat.id, followed.message_id),
      quotedText: quote?.text,
      forwarded: members['forward_origin'] ? true : undefined,
    }),
  };
}

/** An edit tells the whole message anew; our copy of its file stays as it is. */
export function editOf(message: Envelope, bot: string, updateId: number): ChannelEvent {
  const { chat, message_id, edit_date } = message;
  const { content, text } = saidIn(message);
  return {
    kind: 'edit',
    id: `update:${updateId}`,
    target: { providerMessageId: messageIdIn(bot, chat.id, message_id) },
    ...occurredAt(edit_date),
    ...{ content, text, by: isOurs(bot, message) ? 'business' : customerOf(chat) },
  };
}

/** The press of a button under one of our messages. Telegram tells no time of it. */
export function pressOf(press: Press, bot: string, _: number, raw: unknown): ChannelEvent {
  const { id, from, data, message } = press;
  const named = message?.reply_markup?.inline_keyboard
    .flat()
    .find(({ callback_data }) => callback_data === data);
  const title = named?.text ?? data ?? '';
  const content =
    data === undefined
      ? unsupported('callback_query', raw)
      : ({ type: 'interactive_reply', kind: 'button', id: data, title } as const);
  return {
    ...fromCustomer(bot, from, said(content, title), otherIdIn(bot, from.id, 'press', id)),
    ...omitUndefined({
      inReplyToProviderMessageId: message && messageIdIn(bot, message.chat.id, message.message_id),
    }),
  };
}

const notices = new Map([
  ['kicked', ['bot_blocked', 'has blocked the bot']],
  ['member', ['bot_unblocked', 'has unblocked the bot']],
] as const);

/** The customer has blocked the bot, or lets it write again. */
export function noticeOf(change: Membership, bot: string, updateId: number): ChannelEvent {
  const { chat, date, new_chat_member } = change;
  const { status } = new_chat_member;
  const [kind, text] = notices.get(status as 'kicked') ?? [`member_${status}`, ''];
  return updateOf(bot, updateId, chat, date, said({ type: 'notice', kind }, text));
}

/** An update that is no message of the customer, under an id of its own. */
export function updateOf(
  bot: string,
  updateId: number,
  person: Person,
  date: number | undefined,
  content: Said,
): ChannelEvent {
  return {
    ...fromCustomer(bot, person, content, otherIdIn(bot, person.id, 'update', updateId)),
    ...occurredAt(date),
    opensReplyWindow: false,
  };
}
