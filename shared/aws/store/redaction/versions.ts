import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { readState } from '#shared/aws/store/state';
import { messageExpiry, readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { identityKey } from '#shared/model/identity';
import { isRedacted } from '#shared/table/entry';
import { ReferenceItem, VersionItem } from '#shared/table/items';
import { referenceKey, versionKey, versionsPrefix } from '#shared/table/keys';
import { type Account, isRedactionBy } from './copies.ts';
import { keysUnder } from './keys-under.ts';

/**
 * Notes the versions of an edited message under the ids of one another: the deletion of any of them finds the others.
 * Done before the message is stored.
 */
export async function noteVersions(
  table: Table,
  { connector, account, receivedAt }: Account & { readonly receivedAt: string },
  { earlierVersions = [], providerMessageId }: ChannelMessage,
): Promise<void> {
  const note = async (id: string, version: string) => {
    const key = versionKey(referenceKey(connector, account, id), version);
    const item = { providerMessageId: version, ...messageExpiry(table, receivedAt) };
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...key, ...item } }));
  };
  for (const earlier of earlierVersions) {
    await note(earlier, providerMessageId);
    await note(providerMessageId, earlier);
  }
}

/** Lists the other versions of a message, as far as one leads to the next. */
export async function versionsOf(
  table: Table,
  { connector, account }: Account,
  providerMessageId: string,
): Promise<string[]> {
  const found = new Set([providerMessageId]);
  // A set gives what is added to it during the walk too.
  for (const id of found) {
    const reference = referenceKey(connector, account, id);
    for await (const key of keysUnder(table, versionsPrefix(reference))) {
      const version = await readItem(table, VersionItem, key, true);
      if (version) found.add(version.providerMessageId);
    }
  }
  found.delete(providerMessageId);
  return [...found];
}

/** The time when one of these messages was deleted by the author of this one; undefined where none was. */
export async function deletedTime(
  table: Table,
  { connector, account, receivedAt }: Account & { readonly receivedAt: string },
  { direction, customer }: Pick<ChannelMessage, 'direction' | 'customer'>,
  ids: readonly string[],
): Promise<string | undefined> {
  const author = direction === 'outbound' ? 'business' : identityKey(customer.identities[0]);
  for (const id of ids) {
    const reference = await readItem(
      table,
      ReferenceItem,
      referenceKey(connector, account, id),
      true,
    );
    const deletedAt = reference && (await timeIn(table, reference, author, receivedAt));
    if (deletedAt !== undefined) return deletedAt;
  }
  return undefined;
}

/** The time of a deletion that was applied to a message, or that waits for it. */
async function timeIn(
  table: Table,
  { conversationId, sequence, parked = [] }: ReferenceItem,
  author: string,
  receivedAt: string,
): Promise<string | undefined> {
  if (conversationId === undefined || sequence === undefined) {
    const waiting = parked.find((each) => isRedactionBy(each, author));
    return waiting && String(waiting['occurredAt'] ?? waiting['receivedAt'] ?? receivedAt);
  }
  const state = await readState(table, { conversationId, sequence });
  return state && isRedacted(state) ? state.deletedAt : undefined;
}
