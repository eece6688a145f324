import { latestEntries, type Table } from '#shared/aws/store/table';
import { deliverability } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type Identity, identityKey } from '#shared/model/identity';
import type { ConsentItem } from '#shared/table/items';

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
    const { author, content, occurredAt } = message;
    const isOwn = author.identity !== undefined && identityKey(author.identity) === key;
    return isOwn && content.type !== 'notice' && occurredAt > time;
  });
}
