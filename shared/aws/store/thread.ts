import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { derivedId } from '#shared/ids';
import { identityKey } from '#shared/model/identity';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import type { Table } from './table.ts';

/** Which conversation a message belongs to. */
export interface Placement {
  readonly conversationId: string;
  /** A conversation the message names without the right to continue it. */
  readonly relatedConversationId?: string;
}

/** One `BatchGetItem` takes 100 keys; a mail may name any number of ancestors. */
const mostFollowed = 50;

/**
 * A conversation belongs to a contact, a business address and, where the channel has threads, a thread. A message
 * continues the thread of an earlier message only if it is the same contact's: knowing a message id is no right
 * to write into somebody's conversation (CVE-2026-47123, forged In-Reply-To).
 */
export async function placeMessage(
  table: Table,
  origin: { readonly connector: string; readonly account: string },
  message: ChannelMessage,
  contactId: string,
): Promise<Placement> {
  const { connector, account } = origin;
  const started = derivedId(
    'cnv',
    contactId,
    connector,
    account,
    identityKey(message.business),
    message.thread?.key ?? '',
  );
  const follows = message.thread?.follows.slice(0, mostFollowed) ?? [];
  const ancestors = await references(table, connector, account, follows);
  const own = ancestors.find((each) => each.contactId === contactId);
  if (own?.conversationId) return { conversationId: own.conversationId };
  const related = ancestors.find((each) => each.conversationId !== undefined)?.conversationId;
  return {
    conversationId: started,
    ...(related === undefined ? {} : { relatedConversationId: related }),
  };
}

/** The known ones of these provider ids, in the order asked. */
async function references(
  table: Table,
  connector: string,
  account: string,
  providerIds: readonly string[],
): Promise<ReferenceItem[]> {
  const keys = [...new Set(providerIds)].map((id) => referenceKey(connector, account, id));
  if (keys.length === 0) return [];
  const { Responses } = await table.client.send(
    new BatchGetCommand({ RequestItems: { [table.name]: { Keys: keys, ConsistentRead: true } } }),
  );
  const found = new Map((Responses?.[table.name] ?? []).map((item) => [item['pk'], item]));
  return keys.flatMap(({ pk }) => (found.has(pk) ? [ReferenceItem.parse(found.get(pk))] : []));
}
