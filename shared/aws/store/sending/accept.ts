import type { FileLook } from '#shared/aws/objects/file-reader';
import { fileProblem } from '#shared/aws/objects/reply-files';
import { advanceConversation, putEntry } from '#shared/aws/store/append/conversation-writes';
import { transact } from '#shared/aws/store/conditional-writes';
import { validateConsented } from '#shared/aws/store/contacts/consent';
import {
  readConversation,
  readEntry,
  readItem,
  replyIdExpiry,
  type Stamp,
  stampOf,
  type Table,
} from '#shared/aws/store/table';
import { namedMessage } from '#shared/aws/store/update/named-message';
import { ConnectorError } from '#shared/errors';
import { messageIdOf } from '#shared/ids';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { Author } from '#shared/model/message';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';
import { asText } from '#shared/reply/as-text';
import {
  filesShown,
  type ReplyRules,
  type ReplyValidation,
  toldOf,
  validateReply,
} from '#shared/reply/check';
import { addressed } from '#shared/reply/recipients';
import { renderingOf } from '#shared/reply/rendering';
import { type Entry, type EntryItem, joinEntry } from '#shared/table/entry';
import { type ConversationItem, ReplyItem } from '#shared/table/items';
import { replyKey } from '#shared/table/keys';
import { sentAsFallback, sentAsText } from './lease.ts';
import type { Refusal } from './refuse.ts';
import { replyHash } from './reply-hash.ts';

/** The dependencies of a check of a reply. */
interface Asking {
  readonly table: Table;
  readonly look: FileLook;
  readonly now: () => Date;
}

/**
 * Checks a reply against everything known when it comes: once before HTTP queues it, and again when it is taken from
 * the queue.
 */
export async function validateStored(
  { table, look, now }: Asking,
  command: ReplyCommand,
  conversation: ConversationItem,
  rules: ReplyRules,
): Promise<ReplyValidation> {
  const { content, inReplyToMessageId } = command;
  const reactsToId = content.type === 'reaction' ? content.messageId : undefined;
  const reactsTo = await messageNamed(table, conversation, 'content.messageId', reactsToId);
  const answers = await messageNamed(table, conversation, 'inReplyToMessageId', inReplyToMessageId);
  const refusal = reactsTo.refusal ?? answers.refusal;
  if (refusal) return { refusal };
  const route = {
    ...conversation,
    ...(reactsTo.id ? { reactsToProviderMessageId: reactsTo.id } : {}),
    ...(answers.id ? { inReplyToProviderMessageId: answers.id } : {}),
  };
  const validation = validateReply(command, route, rules, now());
  const consented = await validateConsented(table, conversation, command, rules, validation);
  if (consented.refusal || consented.usesFallback) return consented;
  const files = filesShown(command, route, rules);
  const badFile = await fileProblem(look, files, rules.capabilities?.maxFilesBytes);
  if (badFile) return { refusal: badFile };
  return { ...consented, ...toldOf(command, route, rules) };
}

/** A message that a command names: its provider id, if it has one yet, or the problem with it. */
interface Named {
  readonly id?: string;
  readonly refusal?: DeliveryError;
}

async function messageNamed(
  table: Table,
  { id }: ConversationItem,
  field: string,
  messageId: string | undefined,
): Promise<Named> {
  if (messageId === undefined) return {};
  const entry = await namedMessage(table, id, messageId);
  if (!entry) return invalid(`${field}: "${messageId}"; this conversation has no such message`);
  const { providerMessageId } = entry;
  if (providerMessageId !== undefined) return { id: providerMessageId };
  // A reply that failed before the provider had it will never have an id.
  return entry.status === 'failed' ? invalid(`${field}: names a reply that was never sent`) : {};
}

function invalid(title: string): Named {
  return { refusal: { code: 'invalid_reply', title, retryable: false } };
}

interface Accepted {
  /**
   * `conflict`: the same replyId stands for other content already. `refused`: the helpdesk has received a refusal of
   * this very reply, so it is never accepted.
   */
  readonly outcome: 'accepted' | 'duplicate' | 'conflict' | 'refused';
  readonly conversation: ConversationItem;
  readonly entry?: Entry;
  /** The reported refusal, with `refused`. */
  readonly refusal?: Refusal;
}

const maxTries = 8;

/**
 * Appends a reply to its conversation, once per caller and replyId. With a `refusal` the entry is appended as failed:
 * the helpdesk sees in the conversation what could not be sent, and why. If the fallback goes out, the conversation
 * shows the fallback. Throws `unknown_conversation`, and `unavailable` when the conversation stays contended.
 */
export async function appendReply(
  table: Table,
  command: ReplyCommand,
  validation: ReplyValidation,
  receivedAt: string,
): Promise<Accepted> {
  const key = replyKey(command.caller, command.replyId);
  const contentHash = replyHash(command);
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const conversation = await readConversation(table, command.conversationId);
    const stamp = stampOf(table, receivedAt);
    const entry = replyEntry(conversation, command, validation, receivedAt, stamp);
    const refused = await transact(table, [
      {
        Put: {
          TableName: table.name,
          Item: {
            ...key,
            ...replyIdExpiry(table, receivedAt),
            ...{ contentHash, conversationId: conversation.id, sequence: entry.sequence },
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      advanceConversation(table, conversation, entry),
      putEntry(table, conversation.id, entry),
    ]);
    if (!refused) {
      const advanced = { ...conversation, sequence: entry.sequence };
      return { outcome: 'accepted', conversation: advanced, entry: joinEntry(entry) };
    }
    if (refused[0] === 'ConditionalCheckFailed')
      return known(table, conversation, key, contentHash);
  }
  throw new ConnectorError('unavailable', 'the conversation is contended; try again');
}

async function known(
  table: Table,
  conversation: ConversationItem,
  key: { pk: string; sk: string },
  contentHash: string,
): Promise<Accepted> {
  const reply = await readItem(table, ReplyItem, key, true);
  if (reply?.contentHash !== contentHash) return { outcome: 'conflict', conversation };
  if (reply.refusal) return { outcome: 'refused', conversation, refusal: reply.refusal };
  if (!reply.sequence) return { outcome: 'conflict', conversation };
  const entry = await readEntry(table, conversation.id, reply.sequence);
  return { outcome: 'duplicate', conversation, ...(entry ? { entry } : {}) };
}

function replyEntry(
  conversation: ConversationItem,
  command: ReplyCommand,
  validation: ReplyValidation,
  receivedAt: string,
  stamp: Stamp,
): EntryItem {
  const { refusal, usesFallback, goesAsText, metadata = {} } = validation;
  const content = shownBy(command, validation);
  const counted = { sequence: conversation.sequence + 1, ...stamp };
  return {
    ...counted,
    firstStatus: refusal ? 'failed' : 'accepted',
    ...(refusal ? { firstErrors: [refusal] } : {}),
    message: {
      direction: 'outbound',
      author: authorOf(command, conversation),
      ...addressed(conversation, validation.recipients),
      ...(command.subject === undefined ? {} : { subject: command.subject }),
      occurredAt: receivedAt,
      receivedAt,
      ...renderingOf(content, messageIdOf(conversation.id, counted)),
      replyId: command.replyId,
      metadata: {
        ...command.metadata,
        ...(usesFallback ? sentAsFallback : {}),
        ...(goesAsText ? sentAsText : {}),
        ...metadata,
      },
    },
    reply: replyToSend(command, content, validation),
  };
}

function authorOf(
  { author }: ReplyCommand,
  { businessIdentity: identity }: ConversationItem,
): Author {
  const { role = 'agent', displayName } = author ?? {};
  return { role, identity, ...(displayName === undefined ? {} : { displayName }) };
}

function shownBy(
  { content, fallbackTemplate }: ReplyCommand,
  { usesFallback, goesAsText }: ReplyValidation,
): ReplyContent {
  if (usesFallback && fallbackTemplate) return fallbackTemplate;
  return goesAsText ? asText(content) : content;
}

/** The data to send that the message's own content does not hold. */
function replyToSend(
  { fallbackTemplate, inReplyToMessageId, purpose, sendAt }: ReplyCommand,
  content: ReplyContent,
  { refusal, usesFallback }: ReplyValidation,
): NonNullable<EntryItem['reply']> {
  const { linkPreview, html } = content.type === 'text' ? content : {};
  return {
    ...(content.type === 'media' ? { content } : {}),
    ...(linkPreview === undefined ? {} : { linkPreview }),
    ...(html === undefined ? {} : { html }),
    ...(fallbackTemplate && !usesFallback && !refusal ? { fallbackTemplate } : {}),
    ...(usesFallback ? { usesFallback } : {}),
    ...(inReplyToMessageId ? { inReplyToMessageId } : {}),
    ...(purpose ? { purpose } : {}),
    ...(sendAt ? { sendAt: new Date(sendAt).toISOString() } : {}),
  };
}
