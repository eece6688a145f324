import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { entryOfMessageId } from '#shared/ids';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import type { Place } from './state.ts';
import { readItem, type Table } from './table.ts';

/** Providers repeat for up to 7 days (Meta, webhooks overview); what waited twice as long waits for nothing. */
const parkedDays = 14;
/** Its message comes within a day or never: providers report on messages of other systems too. */
const orphanedAfterHours = 24;
/** Apart from the replies in the same index. */
export const parkedPk = 'PARKED';

/** Where an update belongs; `part` where the provider's id names one message of several. */
export interface TargetPlace extends Place {
  readonly part: number;
  /** It is a reply of ours, as far as can be seen from the id: its state is written, at the latest by its claim. */
  readonly isReply?: boolean;
}

/**
 * Finds the entry an update speaks of: by our own id where the provider echoed it, else by the provider's id.
 * Reads cheaply first and consistently before it says that there is none.
 */
export async function findTarget(
  table: Table,
  connector: string,
  account: string,
  { messageId, providerMessageId, part = 0 }: ChannelUpdate['target'],
): Promise<TargetPlace | undefined> {
  const own = messageId === undefined ? undefined : entryOfMessageId(messageId);
  if (own) return { ...own, part, isReply: true };
  if (providerMessageId === undefined) return undefined;
  const key = referenceKey(connector, account, providerMessageId);
  for (const consistent of [false, true]) {
    const reference = await readItem(table, ReferenceItem, key, consistent);
    const target = reference && placeOf(reference, part);
    if (target) return target;
  }
  return undefined;
}

function placeOf(reference: ReferenceItem, given: number): TargetPlace | undefined {
  const { conversationId, sequence, part = given } = reference;
  if (conversationId === undefined || sequence === undefined) return undefined;
  return { conversationId, sequence, part, isReply: reference.part !== undefined };
}

/**
 * Parks an update whose message is not known yet on the message's reference, where the append finds it.
 * Returns false when the message has arrived in between: then the update is to be applied.
 */
export async function parkUpdate(
  table: Table,
  connector: string,
  account: string,
  update: ChannelUpdate,
  receivedAt: string,
): Promise<boolean> {
  const providerId = update.target.providerMessageId ?? update.target.messageId ?? update.id;
  const expiresAt = Math.floor(Date.parse(receivedAt) / 1000) + parkedDays * 86_400;
  const orphanedAt = new Date(
    Date.parse(receivedAt) + orphanedAfterHours * 3_600_000,
  ).toISOString();
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: referenceKey(connector, account, providerId),
        UpdateExpression:
          'SET parked = list_append(if_not_exists(parked, :none), :updates), expiresAt = :expiresAt, attentionPk = :parked, attentionAt = if_not_exists(attentionAt, :orphanedAt) ADD parkedIds :ids',
        ConditionExpression:
          'attribute_not_exists(conversationId) AND NOT contains(parkedIds, :id)',
        ExpressionAttributeValues: {
          ':none': [],
          ':updates': [{ ...update, receivedAt }],
          ':ids': new Set([update.id]),
          ':id': update.id,
          ':expiresAt': expiresAt,
          ':parked': parkedPk,
          ':orphanedAt': orphanedAt,
        },
      }),
    );
    return true;
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    const key = referenceKey(connector, account, providerId);
    const reference = await readItem(table, ReferenceItem, key, true);
    return reference?.conversationId === undefined;
  }
}
