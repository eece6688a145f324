import type { FileLook } from '#shared/aws/objects/file-reader';
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
import { renderingOf } from '#shared/reply/rendering';
import { type Entry, type EntryItem, joinEntry } from '#shared/table/entry';
import { type ConversationItem, ReplyItem } from '#shared/table/items';
import { replyKey } from '#shared/table/keys';
import { messageNamed } from './answered-message.ts';
import { takeTurn, tooSoon, validateAutomatic } from './automatic.ts';
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
  const badFile = await fileProblem(look, filesShown(content, route, rules));
  if (badFile) return { refusal: badFile };
  const { refusal: asRobot, automatic } = await validateAutomatic(
    table,
    command,
    conversation,
    rules,
    now(),
  );
  if (asRobot) return { refusal: asRobot };
  if (automatic) return { ...consented, automatic, metadata: toldOf(command, route, rules) };
  return { ...consented, metadata: toldOf(command, route, rules) };
}

async function fileProblem(
  look: FileLook,
  files: ReturnType<typeof filesShown>,
): Promise<DeliveryError | undefined> {
  for (const file of files) {
    const error = await look(file);
    if (error) return error;
  }
  return undefined;
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
  found: ReplyValidation,
  receivedAt: string,
): Promise<Accepted> {
  let validation = found;
  const key = replyKey(command.caller, command.replyId);
  const contentHash = replyHash(command);
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const conversation = await readConversation(table, command.conversationId);
    const stamp = stampOf(table, receivedAt);
    const entry = replyEntry(conversation, command, validation, receivedAt, stamp);
    const { automatic } = validation;
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
      ...(automatic ? [takeTurn(table, command, automatic, receivedAt)] : []),
    ]);
    if (!refused) {
      const advanced = { ...conversation, sequence: entry.sequence };
      return { outcome: 'accepted', conversation: advanced, entry: joinEntry(entry) };
    }
    if (refused[0] === 'ConditionalCheckFailed')
      return known(table, conversation, key, contentHash);
    // Another automatic reply took the turn since the check.
    if (refused.at(-1) === 'ConditionalCheckFailed' && automatic) validation = tooSoon();
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
      recipients: conversation.customerIdentities.slice(0, 1),
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
  const linkPreview = content.type === 'text' ? content.linkPreview : undefined;
  return {
    ...(content.type === 'media' ? { content } : {}),
    ...(linkPreview === undefined ? {} : { linkPreview }),
    ...(fallbackTemplate && !usesFallback && !refusal ? { fallbackTemplate } : {}),
    ...(usesFallback ? { usesFallback } : {}),
    ...(inReplyToMessageId ? { inReplyToMessageId } : {}),
    ...(purpose ? { purpose } : {}),
    ...(sendAt ? { sendAt: new Date(sendAt).toISOString() } : {}),
  };
}
