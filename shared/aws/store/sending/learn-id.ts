import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { messageExpiry } from '#shared/aws/store/stamp';
import { readItem, type Table } from '#shared/aws/store/table';
import { aliasWrite, transact } from '#shared/aws/store/transact';
import type { TargetPlace } from '#shared/aws/store/update/park';
import { type MetaItem, ReferenceItem } from '#shared/table/items';
import { referenceKey, stateKey } from '#shared/table/keys';
import { partCount } from '#shared/table/parts';
import type { EntryState } from '#shared/table/state';

/**
 * The provider's id that a status teaches, when it names our own id beside it: some answers to a send know only the
 * id of a carrier between (AWS End User Messaging). Undefined, and free of cost, where the id is known already. Of
 * several messages each takes its id with the report itself (report.ts).
 */
export function taughtId(
  entry: EntryState,
  providerMessageId: string | undefined,
): string | undefined {
  if (entry.delivery === undefined || partCount(entry) > 1) return undefined;
  return entry.providerMessageId === providerMessageId ? undefined : providerMessageId;
}

/**
 * Makes a provider's id point at our message, so that reactions, quotations and later statuses find it. Before the
 * entry itself takes it (`keepId`), what had come for that id must be joined: a crash in between is repeated whole.
 */
export async function learnId(
  table: Table,
  { connector, account, contactId }: MetaItem,
  { conversationId, sequence, part }: TargetPlace,
  providerMessageId: string,
  receivedAt: string,
): Promise<void> {
  const key = referenceKey(connector, account, providerMessageId);
  const known = await readItem(table, ReferenceItem, key);
  if (known?.conversationId !== undefined) return;
  const expiry = messageExpiry(table, receivedAt);
  const pointer = { conversationId, contactId, sequence, part, ...expiry };
  await transact(table, [aliasWrite(table, key, pointer)]);
}

/** Names the message by the provider's id. */
export async function keepId(
  table: Table,
  { conversationId, sequence }: TargetPlace,
  providerMessageId: string,
): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: stateKey(conversationId, sequence),
      UpdateExpression: 'SET providerMessageId = :id',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':id': providerMessageId },
    }),
  );
}
