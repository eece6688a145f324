import type { Conversation } from '#shared/model/conversation';
import type { DeliveryError, MessagePart } from '#shared/model/delivery-status';
import type { Message } from '#shared/model/message';

/** The customer as people name them: their name, and the address they are answered at. */
export function customerOf(
  conversation: Pick<Conversation, 'customerName' | 'customerUsername' | 'customerIdentities'>,
): string {
  const { customerName, customerUsername, customerIdentities } = conversation;
  const handle = customerUsername ? `@${customerUsername}` : undefined;
  const address = customerIdentities[0]?.address;
  return [customerName, handle, address].filter(Boolean).join(' ');
}

/** Until when a free-form reply may go out; `-` where the channel has no such limit. */
export function windowOf({ replyWindow }: Pick<Conversation, 'replyWindow'>, now: Date): string {
  if (!replyWindow) return '-';
  const minutes = Math.floor((Date.parse(replyWindow.closesAt) - now.getTime()) / 60_000);
  if (minutes < 0) return 'closed';
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** The author as people name them: by name where there is one, a customer without one by their address. */
export function authorOf({ author }: Pick<Message, 'author'>): string {
  const { displayName, username, role, identity } = author;
  if (displayName) return displayName;
  if (username) return `@${username}`;
  return role === 'customer' ? (identity?.address ?? role) : role;
}

/** The content of a message in one line: its text, and the kinds of content and files beside or instead of it. */
export function contentOf({ content, text, attachments, subject }: Message): string {
  const kind = content.type === 'text' ? undefined : `[${content.type}]`;
  const files = attachments.map(({ kind, fileName }) => `[${fileName ?? kind}]`);
  const about = subject === undefined || text.startsWith(subject) ? undefined : `${subject}:`;
  return [kind, about, text, ...files].filter(Boolean).join(' ');
}

/** Why something failed, in our words and with the provider's code. */
export function errorsOf(errors: readonly DeliveryError[]): string {
  return errors
    .map(({ code, title, providerCode }) =>
      providerCode === undefined
        ? `${code}: ${title}`
        : `${code}: ${title} (provider's code ${providerCode})`,
    )
    .join('; ');
}

/**
 * Tells the outcome of each message of a reply, or for each member of a group, where it is not the same for all: then
 * an agent sees which of them to repeat.
 */
export function partsOf(parts: readonly MessagePart[] = []): string[] {
  const isPlain = parts.every(
    ({ status, errors }) => errors.length === 0 && status !== 'failed' && status !== 'uncertain',
  );
  if (isPlain) return [];
  const count = new Set(parts.map(({ part }) => part)).size;
  return parts.map(({ part, recipient, status, errors, providerMessageId }) => {
    const which = recipient === undefined ? '' : ` to ${recipient}`;
    const number = count > 1 || recipient === undefined ? ` ${part + 1} of ${count}` : '';
    const why = errors.length > 0 ? ` (${errorsOf(errors)})` : '';
    const id = providerMessageId === undefined ? '' : `, ${providerMessageId}`;
    return `message${number}${which} ${status}${why}${id}`;
  });
}
