import { advanceConversation, putEntry } from '#shared/aws/store/append/conversation-writes';
import { transact } from '#shared/aws/store/conditional-writes';
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
import type { Author } from '#shared/model/message';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';
import { asText } from '#shared/reply/as-text';
import type { ReplyValidation } from '#shared/reply/check';
import { addressed } from '#shared/reply/recipients';
import { renderingOf } from '#shared/reply/rendering';
import { type Entry, type EntryItem, joinEntry } from '#shared/table/entry';
import { type ConversationItem, ReplyItem } from '#shared/table/items';
import { replyKey } from '#shared/table/keys';
import { invitedBy } from './addressees.ts';
import { takeTurns, tooSoon } from './automatic.ts';
import { sentAsFallback, sentAsText } from './lease.ts';
import type { Refusal } from './refuse.ts';
import { replyHash } from './reply-hash.ts';

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
      advanceConversation(table, conversation, entry, invitation(validation)),
      putEntry(table, conversation.id, entry),
      ...(automatic ? takeTurns(table, command, automatic, receivedAt) : []),
    ]);
    if (!refused) {
      const advanced = { ...conversation, sequence: entry.sequence };
      return { outcome: 'accepted', conversation: advanced, entry: joinEntry(entry) };
    }
    if (refused[0] === 'ConditionalCheckFailed')
      return known(table, conversation, key, contentHash);
    // Another automatic reply took the turn since the check.
    if (isTurnTaken(refused, automatic)) validation = tooSoon();
  }
  throw new ConnectorError('unavailable', 'the conversation is contended; try again');
}

function invitation({ recipients }: ReplyValidation) {
  return recipients && { invited: invitedBy(recipients) };
}

/** Tells if one of the last conditions was refused: those of the turns of an automatic reply. */
function isTurnTaken(refused: readonly string[], automatic: ReplyValidation['automatic']): boolean {
  const turns = automatic ? refused.slice(-automatic.addresses.length) : [];
  return turns.includes('ConditionalCheckFailed');
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
