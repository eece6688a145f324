import { messageIdIn, otherIdIn } from '#connectors/telegram/provider-id';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import { type Said, saidIn, unsupported } from './content.ts';
import { customerOf, identityOf, occurredAt } from './customer.ts';
import type { Chat, Envelope, Membership, Person, Press } from './payload.ts';

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

export function messageOf(bot: string, message: Envelope): ChannelEvent {
  const { chat, message_id, date, reply_to_message: followed, quote, ...members } = message;
  return {
    ...fromCustomer(bot, chat, saidIn(message), messageIdIn(bot, chat.id, message_id)),
    ...(isOurs(bot, message) ? { direction: 'outbound' } : {}),
    ...occurredAt(date),
    ...(followed
      ? { inReplyToProviderMessageId: messageIdIn(bot, chat.id, followed.message_id) }
      : {}),
    ...(quote ? { quotedText: quote.text } : {}),
    ...(members['forward_origin'] === undefined ? {} : { forwarded: true }),
  };
}

/** An edit tells the whole message anew; our copy of its file stays as it is. */
export function editOf(bot: string, updateId: number, message: Envelope): ChannelEvent {
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
export function pressOf(bot: string, press: Press, raw: unknown): ChannelEvent {
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
    ...fromCustomer(
      bot,
      from,
      { content, text: title, attachments: [] },
      otherIdIn(bot, from.id, 'press', id),
    ),
    ...(message
      ? { inReplyToProviderMessageId: messageIdIn(bot, message.chat.id, message.message_id) }
      : {}),
  };
}

const notices = new Map([
  ['kicked', { kind: 'bot_blocked', text: 'has blocked the bot' }],
  ['member', { kind: 'bot_unblocked', text: 'has unblocked the bot' }],
]);

/** The customer has blocked the bot, or lets it write again. */
export function noticeOf(bot: string, updateId: number, change: Membership): ChannelEvent {
  const { chat, date, new_chat_member } = change;
  const other = { kind: `member_${new_chat_member.status}`, text: '' };
  const { kind, text } = notices.get(new_chat_member.status) ?? other;
  const said: Said = { content: { type: 'notice', kind }, text, attachments: [] };
  return {
    ...fromCustomer(bot, chat, said, otherIdIn(bot, chat.id, 'update', updateId)),
    ...occurredAt(date),
    opensReplyWindow: false,
  };
}

/** An update of a kind that is not read here, from a user who is known. */
export function otherOf(
  bot: string,
  updateId: number,
  person: Person | Chat,
  news: { readonly name: string; readonly raw: unknown; readonly date: number | undefined },
): ChannelEvent {
  const content = unsupported(news.name, news.raw);
  return {
    ...fromCustomer(
      bot,
      person,
      { content, text: '', attachments: [] },
      otherIdIn(bot, person.id, 'update', updateId),
    ),
    ...occurredAt(news.date),
    opensReplyWindow: false,
  };
}
