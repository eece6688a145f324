import { readEntry, type Table } from '#shared/aws/store/table';
import type { ReplyTarget } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import { entryOfMessageId, isNamed } from '#shared/ids';
import { type ReplyContent, StoredReplyContent } from '#shared/model/reply-content';
import { targetIn } from '#shared/reply/route';
import type { Entry } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import type { Outbound } from './outbound.ts';

/** What the reply says: kept apart only where the message's own content does not hold it all. */
export function contentOf({ reply, delivery, message }: Entry): ReplyContent {
  const { fallbackTemplate, linkPreview } = reply ?? {};
  const given = reply?.content ?? message?.content;
  const content = delivery?.usesFallback && fallbackTemplate ? fallbackTemplate : given;
  const parsed = StoredReplyContent.safeParse(content);
  if (!parsed.success) {
    throw new ConnectorError('content_not_supported', `a reply cannot carry ${content?.type}`);
  }
  if (parsed.data.type !== 'text' || linkPreview === undefined) return parsed.data;
  return { ...parsed.data, linkPreview };
}

/** Everything of the route comes from the conversation: addresses, thread, and the message being answered. */
export async function targetOf(
  table: Table,
  { meta, entry }: Outbound,
  newestFirst: readonly Entry[],
): Promise<ReplyTarget> {
  const content = contentOf(entry);
  const reactsTo =
    content.type === 'reaction' ? await providerIdOf(table, meta, content.messageId) : undefined;
  const answered = await providerIdOf(table, meta, entry.reply?.inReplyToMessageId ?? '');
  const earlier = newestFirst.filter(({ sequence }) => sequence < entry.sequence);
  const inbound = earlier.find(({ message }) => message?.direction === 'inbound');
  return {
    ...targetIn(meta),
    providerMessageIds: earlier
      .flatMap(({ providerMessageId }) => providerMessageId ?? [])
      .reverse(),
    ...(reactsTo ? { reactsToProviderMessageId: reactsTo } : {}),
    ...(answered ? { inReplyToProviderMessageId: answered } : {}),
    ...(inbound?.providerMessageId
      ? { lastInboundProviderMessageId: inbound.providerMessageId }
      : {}),
  };
}

/** The provider's id of a message the caller named by ours, where it is one of this conversation. */
async function providerIdOf(
  table: Table,
  meta: MetaItem,
  messageId: string,
): Promise<string | undefined> {
  const named = entryOfMessageId(messageId);
  if (named?.conversationId !== meta.id) return undefined;
  const entry = await readEntry(table, meta.id, named.sequence);
  return entry && isNamed(named, entry) ? entry.providerMessageId : undefined;
}
