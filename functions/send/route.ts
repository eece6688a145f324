import { namesEarlierMessages } from '#connectors/capabilities';
import { answeredMessage, entriesBefore } from '#shared/aws/store/sending/earlier';
import { latestEntries, readEntry, type Table } from '#shared/aws/store/table';
import type { ReplyTarget } from '#shared/connector/sender';
import { entryOfMessageId, isNamed } from '#shared/ids';
import { toldRecipients } from '#shared/reply/recipients';
import { targetIn } from '#shared/reply/target';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { contentOf } from './content.ts';
import type { Outbound, SendDependencies } from './outbound.ts';

/** Mail clients follow References of any length; the newest thirty and the root are what they need. */
export const rememberedEntries = 30;

/** The destination of a reply, and the messages that were read for it. */
export interface Route {
  readonly target: ReplyTarget;
  /** The newest entries of the conversation, newest first; absent where its connector names none of them. */
  readonly newestFirst?: readonly Entry[];
}

/**
 * Finds everything of the route in the conversation: addresses, thread, and the messages before the reply. What came
 * behind it changes nothing: the message that a reply answers is the one that it answered when it was taken.
 */
export async function routeOf(
  { target: { table } }: Pick<SendDependencies, 'target'>,
  { conversation, entry }: Outbound,
): Promise<Route> {
  const content = contentOf(entry);
  const reactsTo =
    content.type === 'reaction'
      ? await providerIdOf(table, conversation, content.messageId)
      : undefined;
  const answered = await providerIdOf(table, conversation, entry.reply?.inReplyToMessageId ?? '');
  const newestFirst = namesEarlierMessages(conversation.connector)
    ? await latestEntries(table, conversation.id, rememberedEntries)
    : undefined;
  const earlier = await entriesBeforeReply(table, conversation.id, entry.sequence, newestFirst);
  const isOpenToAll = conversation.visibility === 'public' && answered === undefined;
  const newest = isOpenToAll ? await newestPost(table, conversation.id, entry, earlier) : undefined;
  const target = {
    ...targetIn(conversation),
    recipients: toldRecipients(entry.message),
    providerMessageIds: earlier
      .flatMap(({ providerMessageId }) => providerMessageId ?? [])
      .reverse(),
    ...(reactsTo ? { reactsToProviderMessageId: reactsTo } : {}),
    ...(answered ? { inReplyToProviderMessageId: answered } : {}),
    ...(newest ? { lastInboundProviderMessageId: newest } : {}),
  };
  return { target, ...(newestFirst ? { newestFirst } : {}) };
}

/** The entries right before the reply, newest first: read again where too many stand behind it. */
async function entriesBeforeReply(
  table: Table,
  conversationId: string,
  sequence: number,
  newestFirst: readonly Entry[] = [],
): Promise<readonly Entry[]> {
  const earlier = newestFirst.filter((each) => each.sequence < sequence);
  const isCut = newestFirst.length === rememberedEntries;
  const isBehind = newestFirst.some((each) => each.sequence > sequence);
  if (!isCut || !isBehind) return earlier;
  return entriesBefore(table, conversationId, sequence, rememberedEntries);
}

async function newestPost(
  table: Table,
  conversationId: string,
  { sequence, message }: Entry,
  known: readonly Entry[],
): Promise<string | undefined> {
  const taken = { before: sequence, takenAt: message?.receivedAt ?? '', known };
  return (await answeredMessage(table, conversationId, taken)).providerMessageId;
}

/** The provider's id of a message the caller named by ours, where it is one of this conversation. */
async function providerIdOf(
  table: Table,
  conversation: ConversationItem,
  messageId: string,
): Promise<string | undefined> {
  const named = entryOfMessageId(messageId);
  if (named?.conversationId !== conversation.id) return undefined;
  const entry = await readEntry(table, conversation.id, named.sequence);
  return entry && isNamed(named, entry) ? entry.providerMessageId : undefined;
}
