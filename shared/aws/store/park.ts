import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { entryOfMessageId, hashOf } from '#shared/ids';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import { dueAs } from './due.ts';
import type { Place } from './state.ts';
import { readItem, type Table } from './table.ts';

/** Providers repeat for up to 7 days (Meta, webhooks overview); what waited twice as long waits for nothing. */
const parkedDays = 14;
/** Its message comes within a day or never. */
const orphanedAfterHours = 24;

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
  const key = referenceKey(connector, account, providerId);
  // The reference says whose it is, and ids are long: three statuses stay below one kilobyte.
  const { target: _, ...kept } = update;
  const shortId = hashOf(update.id).slice(0, 16);
  const missed = missedMark(key.pk, update, receivedAt);
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key,
        UpdateExpression: `SET parked = list_append(if_not_exists(parked, :none), :updates), expiresAt = :expiresAt${missed.set} ADD parkedIds :ids`,
        ConditionExpression:
          'attribute_not_exists(conversationId) AND NOT contains(parkedIds, :id)',
        ExpressionAttributeValues: {
          ':none': [],
          ':updates': [{ ...kept, receivedAt }],
          ':ids': new Set([shortId]),
          ':id': shortId,
          ':expiresAt': Math.floor(Date.parse(receivedAt) / 1000) + parkedDays * 86_400,
          ...missed.values,
        },
      }),
    );
    return true;
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    const reference = await readItem(table, ReferenceItem, key, true);
    return reference?.conversationId === undefined;
  }
}

/**
 * An edit, a reaction or a deletion changes what the helpdesk shows: if its message does not come, that is counted.
 * A status is not: providers report on messages of other systems too, and each mark would cost a write of the index.
 */
function missedMark(referencePk: string, { kind }: ChannelUpdate, receivedAt: string) {
  if (kind === 'status') return { set: '', values: {} };
  const missedAt = Date.parse(receivedAt) + orphanedAfterHours * 3_600_000;
  const { duePk, dueAt } = dueAs('update', referencePk, new Date(missedAt).toISOString());
  return {
    set: ', duePk = :duePk, dueAt = if_not_exists(dueAt, :dueAt)',
    values: { ':duePk': duePk, ':dueAt': dueAt },
  };
}
