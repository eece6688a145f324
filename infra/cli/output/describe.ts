import type { Attachment } from '#shared/model/attachment';
import type { Conversation } from '#shared/model/conversation';
import type { Delay } from '#shared/model/delay';
import type { Advice, DeliveryError, MessagePart } from '#shared/model/delivery-status';
import type { Message } from '#shared/model/message';
import { peopleOf, trustMarks } from './mail-words.ts';
import { clockTime, oneLine } from './terminal.ts';

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

/**
 * A message in one line: the marks of an opt-out word and of a sender who is not sure, the content (cut where it is
 * long), the files, what else is known of it, and the people it went to where they are several.
 */
export function messageLine(message: Message): string {
  const { attachments, metadata } = message;
  const mark = metadata['optOut'] === undefined ? undefined : `[optOut: ${metadata['optOut']}]`;
  const files = attachments.map(fileWords);
  return [
    ...[mark, ...trustMarks(message), oneLine(contentOf(message)), ...files],
    ...[
      ...variablesOf(message),
      segmentsOf(message),
      ...peopleOf(message).map((each) => oneLine(each, 500)),
    ],
  ]
    .filter(Boolean)
    .join(' ');
}

/** The text of a message, behind the kind of its content where that is no text. */
function contentOf({ content, text, subject }: Message): string {
  const kind = content.type === 'text' ? undefined : `[${content.type}]`;
  const about = subject === undefined || text.startsWith(subject) ? undefined : `${subject}:`;
  return [kind, about, text].filter(Boolean).join(' ');
}

/** `[invoice.pdf]`, and why there is no copy of it. */
function fileWords({ kind, fileName, altText, state, error }: Attachment): string {
  const why = error === undefined ? '' : ` (${error})`;
  const isGone = state === 'failed' || state === 'expired';
  const alt = altText === undefined ? '' : `: ${oneLine(altText)}`;
  return `[${fileName ?? kind}${alt}${isGone ? `: ${state}${why}` : ''}]`;
}

/** `(1: Ada, 2: Monday)`, the values of a template's placeholders. */
function variablesOf({ content }: Message): string[] {
  const variables = content.type === 'template' ? Object.entries(content.variables ?? {}) : [];
  if (variables.length === 0) return [];
  return [`(${oneLine(variables.map(([name, value]) => `${name}: ${value}`).join(', '))})`];
}

/** `(2 segments, UCS-2 because of ’)`, where a reply is billed by segments. */
function segmentsOf({ metadata }: Message): string | undefined {
  const { segments, encoding, ucs2Character } = metadata;
  if (segments === undefined) return undefined;
  const count = `${segments} ${segments === '1' ? 'segment' : 'segments'}`;
  const cause = ucs2Character === undefined ? '' : ` because of ${ucs2Character}`;
  return `(${[count, encoding].filter(Boolean).join(', ')}${cause})`;
}

const delayWords: Readonly<Record<Delay['reason'], string>> = {
  rate_limit: 'rate limit of the account',
  account_paused: 'account paused',
  earlier_reply: 'behind an earlier reply',
  retry: 'tried again later',
};

/** Why a reply waits, and until when probably. */
export function delayOf({ reason, expectedAt }: Delay): string {
  const until = expectedAt === undefined ? '' : `, expected ${clockTime(expectedAt)}`;
  return `${delayWords[reason]}${until}`;
}

/** Why something failed, in our words and with the provider's code. */
export function errorsOf(errors: readonly DeliveryError[]): string {
  return errors
    .map(({ code, title, providerCode, advice }) => {
      const theirs = providerCode === undefined ? '' : ` (provider's code ${providerCode})`;
      return `${code}: ${title}${theirs}${advice ? `; ${adviceOf(advice)}` : ''}`;
    })
    .join('; ');
}

/** The step that the customer has to take first, where the other conversation does not exist. */
const firstSteps: Readonly<Record<string, string>> = {
  reply_in_private: 'the customer has to write a direct message first',
  reply_in_public: 'the customer has to write a public post first',
};

/** `reply in private instead: cnv_…`. */
export function adviceOf({ action, channel, conversationId }: Advice): string {
  const instead = `${action.replaceAll('_', ' ')} instead`;
  return conversationId === undefined
    ? `${instead}: there is no such conversation on ${channel} yet; ${firstSteps[action] ?? 'the customer has to write there first'}`
    : `${instead}: ${conversationId}`;
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
