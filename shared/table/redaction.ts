import { omitUndefined } from '#shared/json';
import type { Attachment } from '#shared/model/attachment';
import type { Content } from '#shared/model/content';
import type { EntryItem } from './entry.ts';
import type { EntryState, FileState } from './state.ts';

/** The content of a message whose words were deleted. */
export const noContent: Content = { type: 'text', text: '' };

/** The state of a file whose message was deleted. */
export const deletedFile = { state: 'expired', error: 'the message was deleted' } as const;

/**
 * The entry without anything that its author wrote, attached or was called. Its place stays: addresses, times, the
 * message that it answers, and that it had files. Names what stays, so that a new field is left out until it is named.
 */
export function withoutText<Item extends Pick<EntryItem, 'message' | 'reply' | 'opening'>>(
  entry: Item,
): Item {
  const { message, reply, opening } = entry;
  return {
    ...entry,
    ...(message ? { message: emptyMessage(message) } : {}),
    ...(reply ? { reply: emptyReply(reply) } : {}),
    ...(opening ? { opening: withoutNames(opening) } : {}),
  };
}

/** The opening without the customer's names. Conversation and contact keep them: they are the person's. */
function withoutNames({
  customerName: _name,
  customerUsername: _username,
  ...opening
}: NonNullable<EntryItem['opening']>): EntryItem['opening'] {
  return opening;
}

type StoredMessage = NonNullable<EntryItem['message']>;

function emptyMessage({
  direction,
  author,
  attachments,
  ...message
}: StoredMessage): StoredMessage {
  const { role, identity, otherIdentities } = author;
  const { occurredAt, receivedAt, recipients, cc, bcc, contactId } = message;
  const { providerThreadId, inReplyTo, replyId, automated, forwarded, authenticity } = message;
  return {
    ...{ direction, occurredAt, receivedAt, content: noContent },
    author: { role, ...omitUndefined({ identity, otherIdentities }) },
    attachments: attachments.map(emptyAttachment),
    ...omitUndefined({ recipients, cc, bcc, contactId, providerThreadId, inReplyTo, replyId }),
    ...omitUndefined({ automated, forwarded, authenticity }),
  };
}

function emptyAttachment({ id, kind, contentType }: Attachment): Attachment {
  return { id, kind, contentType, ...deletedFile };
}

type StoredReply = NonNullable<EntryItem['reply']>;

function emptyReply({
  usesFallback,
  inReplyToMessageId,
  purpose,
  sendAt,
}: StoredReply): StoredReply {
  return omitUndefined({ usesFallback, inReplyToMessageId, purpose, sendAt });
}

/** The files of a state, none of them there any more. */
export function withoutFiles({ files = {} }: Pick<EntryState, 'files'>): Record<string, FileState> {
  return Object.fromEntries(Object.keys(files).map((id) => [id, { ...deletedFile }]));
}
