import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type DeliveryError, statusRank } from '#shared/model/delivery-status';
import type { EntryItem, UpdateRecord } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import { attentionPk } from './claim.ts';
import type { Table } from './table.ts';
import { type Place, statusChange, updateInput } from './update.ts';

type StatusRecord = UpdateRecord & { kind: 'status' };

/**
 * Ends a reply that surely was not and will not be sent. With `attempt` only that attempt may say so; without it
 * (the provider's own word, a limit reached) whatever state it is in, unless it was sent. Repeating changes nothing.
 */
export async function settleFailed(
  table: Table,
  place: Place,
  failure: {
    readonly error: DeliveryError;
    readonly at: string;
    readonly attempt?: number;
    /** Stays due until `lookedAfter`: for the sweep, which has no queue message that would come again. */
    readonly staysDue?: boolean;
  },
): Promise<boolean> {
  const update: StatusRecord = {
    kind: 'status',
    id: 'settled:failed',
    status: 'failed',
    occurredAt: failure.at,
    errors: [failure.error],
    metadata: {},
  };
  const change = statusChange(update);
  const fence = failure.attempt === undefined ? '' : ' AND delivery.attempt = :attempt';
  const input = updateInput(place, update, {
    ...change,
    set: [...change.set, 'delivery.#state = :failed'],
    condition: `delivery.#state IN (:accepted, :sending, :uncertain) AND ${change.condition}${fence}`,
    names: { ...change.names, '#state': 'state' },
    values: {
      ...change.values,
      ':failed': 'failed',
      ':accepted': 'accepted',
      ':sending': 'sending',
      ':uncertain': 'uncertain',
      ...(fence ? { ':attempt': failure.attempt } : {}),
    },
  });
  if (failure.staysDue) return attempted(table, input);
  return attempted(table, {
    ...input,
    UpdateExpression: `${input.UpdateExpression} REMOVE attentionPk, attentionAt`,
  });
}

/** An attempt that surely did not reach anybody: back to `accepted`, to be claimed again, not before the wait. */
export async function settleNotSent(
  table: Table,
  place: Place,
  entry: EntryItem,
  { notBefore, lookAfterAt }: { readonly notBefore: string; readonly lookAfterAt: string },
): Promise<boolean> {
  return settleAttempt(table, place, entry, 'accepted', {
    attentionAt: lookAfterAt,
    also: ', delivery.notBefore = :notBefore',
    values: { ':notBefore': notBefore },
  });
}

/** Proved by the provider: the uncertain attempt sent nothing. The part may be claimed again. */
export async function settleProvedUnsent(
  table: Table,
  { conversationId, sequence }: Place,
  entry: EntryItem,
): Promise<boolean> {
  return attempted(table, {
    Key: entryKey(conversationId, sequence),
    UpdateExpression: 'SET delivery.#state = :accepted',
    // Once the helpdesk has been told that nobody knows, a person decides; then nothing is sent by itself.
    ConditionExpression:
      'delivery.#state = :uncertain AND delivery.attempt = :attempt AND statusRank < :told',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':accepted': 'accepted',
      ':uncertain': 'uncertain',
      ':attempt': entry.delivery?.attempt ?? 0,
      ':told': statusRank.uncertain,
    },
  });
}

/** An attempt whose outcome nobody knows. Evidence may settle it until `lookAfterAt`; then it is made known. */
export async function settleUncertain(
  table: Table,
  place: Place,
  entry: EntryItem,
  { lookAfterAt }: { readonly lookAfterAt: string },
): Promise<boolean> {
  return settleAttempt(table, place, entry, 'uncertain', { attentionAt: lookAfterAt });
}

/**
 * Makes an uncertain outcome known to the helpdesk, once. It stays open for evidence, and is never resent. It also
 * stays due until `lookedAfter`: whoever dies before it is published leaves no queue message behind.
 */
export async function announceUncertain(
  table: Table,
  place: Place,
  { at, error }: { readonly at: string; readonly error: DeliveryError },
): Promise<boolean> {
  const update: StatusRecord = {
    kind: 'status',
    id: 'settled:uncertain',
    status: 'uncertain',
    occurredAt: at,
    errors: [error],
    metadata: {},
  };
  const change = statusChange(update);
  const input = updateInput(place, update, {
    ...change,
    condition: `delivery.#state = :uncertain AND ${change.condition}`,
    names: { ...change.names, '#state': 'state' },
    values: { ...change.values, ':uncertain': 'uncertain' },
  });
  return attempted(table, input);
}

/** Fenced: only the attempt that was claimed may settle itself, whatever came after it. */
async function settleAttempt(
  table: Table,
  { conversationId, sequence }: Place,
  entry: EntryItem,
  state: 'accepted' | 'uncertain',
  more: { attentionAt: string; also?: string; values?: Record<string, unknown> },
): Promise<boolean> {
  return attempted(table, {
    Key: entryKey(conversationId, sequence),
    UpdateExpression: `SET delivery.#state = :state, attentionPk = :attention, attentionAt = :at${more.also ?? ''}
      REMOVE delivery.leaseUntil`,
    ConditionExpression: 'delivery.#state = :sending AND delivery.attempt = :attempt',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':state': state,
      ':sending': 'sending',
      ':attempt': entry.delivery?.attempt ?? 0,
      ':attention': attentionPk,
      ':at': more.attentionAt,
      ...more.values,
    },
  });
}

async function attempted(
  table: Table,
  input: Omit<ConstructorParameters<typeof UpdateCommand>[0], 'TableName'>,
): Promise<boolean> {
  try {
    await table.client.send(new UpdateCommand({ TableName: table.name, ...input }));
    return true;
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return false;
    throw fault;
  }
}
