import type { FileLook } from '#shared/aws/objects/file-reader';
import { advanceMeta, putEntry } from '#shared/aws/store/append/conversation-writes';
import { transact } from '#shared/aws/store/conditional-writes';
import { consentedVerdict } from '#shared/aws/store/contacts/consent';
import {
  readEntry,
  readItem,
  readMeta,
  replyIdExpiry,
  type Stamp,
  stampOf,
  type Table,
} from '#shared/aws/store/table';
import { namedMessage } from '#shared/aws/store/update/named-message';
import { ConnectorError } from '#shared/errors';
import { hashOf, messageIdOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { Author } from '#shared/model/message';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';
import { filesShown, type ReplyRules, type Verdict, verdictOn } from '#shared/reply/check';
import { renderingOf } from '#shared/reply/rendering';
import { type Entry, type EntryItem, joinEntry } from '#shared/table/entry';
import { type MetaItem, ReplyItem } from '#shared/table/items';
import { replyKey } from '#shared/table/keys';
import { sentAsFallback } from './claim.ts';
import type { Refusal } from './refuse.ts';

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
export async function replyVerdict(
  { table, look, now }: Asking,
  command: ReplyCommand,
  conversation: MetaItem,
  rules: ReplyRules,
): Promise<Verdict> {
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
  const verdict = verdictOn(command, route, rules, now());
  const consented = await consentedVerdict(table, conversation, command, verdict);
  if (consented.refusal || consented.usesFallback) return consented;
  for (const file of filesShown(content, route, rules)) {
    const error = await look(file);
    if (error) return { refusal: error };
  }
  return consented;
}

/** A message that a command names: its provider id, if it has one yet, or the problem with it. */
interface Named {
  readonly id?: string;
  readonly refusal?: DeliveryError;
}

async function messageNamed(
  table: Table,
  { id }: MetaItem,
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
  readonly meta: MetaItem;
  readonly entry?: Entry;
  /** The reported refusal, with `refused`. */
  readonly refusal?: Refusal;
}

const mostTries = 8;

/** Two commands are the same reply if conversation and content agree; the author's name may differ. */
export function replyHash({ conversationId, content, fallbackTemplate }: ReplyCommand): string {
  const fallback = fallbackTemplate ? [canonicalJson(fallbackTemplate)] : [];
  return hashOf(conversationId, canonicalJson(content), ...fallback);
}

/** The error of a command whose replyId stands for another reply. */
export function replyIdReused({ replyId }: ReplyCommand): DeliveryError {
  const title = `replyId ${replyId} already stands for another reply`;
  return { code: 'reply_id_reused', title, retryable: false };
}

/**
 * Appends a reply to its conversation, once per caller and replyId. With a `refusal` the entry is appended as failed:
 * the helpdesk sees in the conversation what could not be sent, and why. If the fallback goes out, the conversation
 * shows the fallback. Throws `unknown_conversation`, and `unavailable` when the conversation stays contended.
 */
export async function appendReply(
  table: Table,
  command: ReplyCommand,
  verdict: Verdict,
  receivedAt: string,
): Promise<Accepted> {
  const key = replyKey(command.caller, command.replyId);
  const contentHash = replyHash(command);
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const meta = await readMeta(table, command.conversationId);
    const stamp = stampOf(table, receivedAt);
    const entry = replyEntry(meta, command, verdict, receivedAt, stamp);
    const refused = await transact(table, [
      {
        Put: {
          TableName: table.name,
          Item: {
            ...key,
            ...replyIdExpiry(table, receivedAt),
            ...{ contentHash, conversationId: meta.id, sequence: entry.sequence },
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      advanceMeta(table, meta, entry),
      putEntry(table, meta.id, entry),
    ]);
    if (!refused) {
      const advanced = { ...meta, sequence: entry.sequence };
      return { outcome: 'accepted', meta: advanced, entry: joinEntry(entry) };
    }
    if (refused[0] === 'ConditionalCheckFailed') return known(table, meta, key, contentHash);
  }
  throw new ConnectorError('unavailable', 'the conversation is contended; try again');
}

async function known(
  table: Table,
  meta: MetaItem,
  key: { pk: string; sk: string },
  contentHash: string,
): Promise<Accepted> {
  const reply = await readItem(table, ReplyItem, key, true);
  if (reply?.contentHash !== contentHash) return { outcome: 'conflict', meta };
  if (reply.refusal) return { outcome: 'refused', meta, refusal: reply.refusal };
  if (!reply.sequence) return { outcome: 'conflict', meta };
  const entry = await readEntry(table, meta.id, reply.sequence);
  return { outcome: 'duplicate', meta, ...(entry ? { entry } : {}) };
}

function replyEntry(
  meta: MetaItem,
  command: ReplyCommand,
  verdict: Verdict,
  receivedAt: string,
  stamp: Stamp,
): EntryItem {
  const { refusal, usesFallback } = verdict;
  const content = shownBy(command, verdict);
  const counted = { sequence: meta.sequence + 1, ...stamp };
  return {
    ...counted,
    firstStatus: refusal ? 'failed' : 'accepted',
    ...(refusal ? { firstErrors: [refusal] } : {}),
    message: {
      direction: 'outbound',
      author: authorOf(command, meta),
      recipients: meta.customerIdentities.slice(0, 1),
      occurredAt: receivedAt,
      receivedAt,
      ...renderingOf(content, messageIdOf(meta.id, counted)),
      replyId: command.replyId,
      metadata: { ...command.metadata, ...(usesFallback ? sentAsFallback : {}) },
    },
    reply: replyToSend(command, content, verdict),
  };
}

function authorOf({ author }: ReplyCommand, { businessIdentity: identity }: MetaItem): Author {
  const { role = 'agent', displayName } = author ?? {};
  return { role, identity, ...(displayName === undefined ? {} : { displayName }) };
}

function shownBy({ content, fallbackTemplate }: ReplyCommand, { usesFallback }: Verdict) {
  return usesFallback && fallbackTemplate ? fallbackTemplate : content;
}

/** The data to send that the message's own content does not hold. */
function replyToSend(
  { fallbackTemplate, inReplyToMessageId, purpose }: ReplyCommand,
  content: ReplyContent,
  { refusal, usesFallback }: Verdict,
): NonNullable<EntryItem['reply']> {
  const linkPreview = content.type === 'text' ? content.linkPreview : undefined;
  return {
    ...(content.type === 'media' ? { content } : {}),
    ...(linkPreview === undefined ? {} : { linkPreview }),
    ...(fallbackTemplate && !usesFallback && !refusal ? { fallbackTemplate } : {}),
    ...(usesFallback ? { usesFallback } : {}),
    ...(inReplyToMessageId ? { inReplyToMessageId } : {}),
    ...(purpose ? { purpose } : {}),
  };
}
