import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { EntryItem } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import type { Table } from './table.ts';
import type { Place } from './update.ts';

/** How `message.accepted` and `message.sent` say that it was not the reply's own content that went out. */
export const sentAsFallback = { sentAs: 'fallback_template' } as const satisfies OwnMetadata;

/** Whether a reply has a fallback that may still take its place: nothing of it has gone out. */
export function mayFallBack({ delivery }: EntryItem): boolean {
  return delivery?.fallbackTemplate !== undefined && !delivery.usesFallback && delivery.part === 0;
}

/**
 * From now on the fallback is what goes out. Of a reply that waits to be sent, or of the attempt under way where the
 * provider has said that its window is closed: that sent nothing, so the reply may be claimed again. Returns
 * whether that was so; repeating it changes nothing.
 */
export async function switchToFallback(
  table: Table,
  { conversationId, sequence }: Place,
  attempt?: number,
): Promise<boolean> {
  const fence = attempt === undefined ? '' : ' AND delivery.attempt = :attempt';
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: entryKey(conversationId, sequence),
        UpdateExpression:
          'SET delivery.usesFallback = :true, delivery.#state = :accepted REMOVE delivery.leaseUntil',
        ConditionExpression: `delivery.#state = :state AND delivery.#part = :first
          AND attribute_exists(delivery.fallbackTemplate)${fence}`,
        ExpressionAttributeNames: { '#state': 'state', '#part': 'part' },
        ExpressionAttributeValues: {
          ':true': true,
          ':accepted': 'accepted',
          ':state': attempt === undefined ? 'accepted' : 'sending',
          ':first': 0,
          ...(attempt === undefined ? {} : { ':attempt': attempt }),
        },
      }),
    );
    return true;
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return false;
    throw fault;
  }
}
