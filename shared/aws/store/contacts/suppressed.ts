import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { latestEntries, type Table } from '#shared/aws/store/table';
import type { Recipients } from '#shared/connector/outbound-reply';
import { deliverability } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type Identity, identityKey } from '#shared/model/identity';
import { ConsentItem, type ConversationItem, readable } from '#shared/table/items';
import { consentKey } from '#shared/table/keys';

/** The newest entries in which a message of the address is looked for. */
const lookedAt = 30;

/**
 * The refusal of a reply to an address from which a message came back, or whose owner reported one as unwanted. It ends
 * with the owner's next message in the conversation: the address works, and an answer is wanted. `words` are those under
 * the address. Reads nothing unless there is such a word.
 */
export async function suppressionOf(
  table: Table,
  conversationId: string,
  address: Identity,
  words: readonly ConsentItem[],
): Promise<DeliveryError | undefined> {
  const [last] = words
    .filter(({ category }) => category === deliverability)
    .toSorted((one, other) => other.occurredAt.localeCompare(one.occurredAt));
  if (last?.state !== 'revoked') return undefined;
  if (await hasWrittenSince(table, conversationId, address, last.occurredAt)) return undefined;
  const what = last.source === 'complaint' ? 'was reported as unwanted' : 'came back';
  const title = `a message to ${address.address} ${what} on ${last.occurredAt}: ${last.evidence}`;
  return { code: 'recipient_suppressed', title, retryable: false };
}

/** The same for each recipient of a reply to several; that of the customer is checked with the customer's consent. */
export async function suppressedAmong(
  table: Table,
  { id, customerIdentities: [customer] }: Pick<ConversationItem, 'id' | 'customerIdentities'>,
  { to, cc, bcc }: Recipients,
): Promise<DeliveryError | undefined> {
  for (const address of [...to, ...cc, ...bcc]) {
    if (customer && identityKey(customer) === identityKey(address)) continue;
    const words = await wordsUnder(table, identityKey(address));
    const refusal = await suppressionOf(table, id, address, words);
    if (refusal) return { ...refusal, title: `${refusal.title}; leave it out with to or cc` };
  }
  return undefined;
}

/** Reads the words of consent that stand under an address, by its key. Strongly consistent. */
export async function wordsUnder(table: Table, address: string): Promise<ConsentItem[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': consentKey(address, '', '').pk },
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => ConsentItem.parse(readable(item)));
}

/** Tells if a message of this address, written by a person, is newer than a time. */
async function hasWrittenSince(
  table: Table,
  conversationId: string,
  address: Identity,
  time: string,
): Promise<boolean> {
  const key = identityKey(address);
  const entries = await latestEntries(table, conversationId, lookedAt);
  return entries.some(({ message }) => {
    if (message?.direction !== 'inbound' || message.automated) return false;
    const { author, content, receivedAt } = message;
    const isOwn = author.identity !== undefined && identityKey(author.identity) === key;
    // By the time of receipt: the sender writes the other one.
    return isOwn && content.type !== 'notice' && receivedAt > time;
  });
}
