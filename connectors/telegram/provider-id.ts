/**
 * The id of a message, unique within an account. Telegram counts messages for each chat of a bot, so its number alone
 * names nothing.
 */
export function messageIdIn(bot: string, chat: number, messageId: number): string {
  return `${bot}:${chat}:${messageId}`;
}

/** The id of what has no number of its own in the chat: the press of a button, an update of another kind. */
export function otherIdIn(bot: string, chat: number, kind: string, id: string | number): string {
  return `${bot}:${chat}:${kind}:${id}`;
}

/** Telegram's number of a message; undefined for an id that names no message. */
export function messageNumberOf(providerMessageId: string): number | undefined {
  const number = /^\d+:-?\d+:(\d+)$/.exec(providerMessageId)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** The chat that an id belongs to. */
export function chatOf(providerMessageId: string): number | undefined {
  const chat = /^\d+:(-?\d+):/.exec(providerMessageId)?.[1];
  return chat === undefined ? undefined : Number(chat);
}
