import { distinctIdentities, type Identity, identityKey } from '#shared/model/identity';
import { ConsentItem, type ConversationItem } from '#shared/table/items';
import { consentKey } from '#shared/table/keys';
import { queryAll, type Table } from './table.ts';

/** Reads what the customer of a conversation has allowed and stopped, under each address: each word once, newest first. */
export async function readConsents(
  table: Table,
  { customerIdentities }: ConversationItem,
): Promise<ConsentItem[]> {
  const words = new Map<string, ConsentItem>();
  for (const word of await readWords(table, customerIdentities)) {
    const key = `${word.category} ${word.sender}`;
    const known = words.get(key);
    if (!known || known.occurredAt < word.occurredAt) words.set(key, word);
  }
  return [...words.values()].toSorted((a, b) => b.occurredAt.localeCompare(a.occurredAt));
}

/** Reads every word of consent that stands under these addresses. */
export async function readWords(
  table: Table,
  identities: readonly Identity[],
): Promise<ConsentItem[]> {
  const words: ConsentItem[] = [];
  for (const identity of distinctIdentities(identities)) {
    const { pk } = consentKey(identityKey(identity), '', '');
    const items = await queryAll(table, {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    });
    words.push(...items.flatMap((item) => ConsentItem.safeParse(item).data ?? []));
  }
  return words;
}
