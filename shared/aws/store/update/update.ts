import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Place, pendingStatus, readState } from '#shared/aws/store/state';
import { inGeneration, type Table } from '#shared/aws/store/table';
import { statusRank } from '#shared/model/delivery-status';
import { stateKey } from '#shared/table/keys';
import { isRemembered, recentOf, rememberedIn } from '#shared/table/recent';
import { type EntryState, StateItem } from '#shared/table/state';
import type { StatusRecord } from '#shared/table/update';

export interface Updated {
  /**
   * `applied`: the state changed. `repeated`: it had been applied before, and only publishing may be missing.
   * `stale`: the message is further on already, so nothing changes. `missing`: there is no such message.
   */
  readonly outcome: 'applied' | 'repeated' | 'stale' | 'missing';
  readonly entry?: EntryState;
}

/**
 * Applies statuses of one message in one blind write, which costs no read: of a message that is its own and only part,
 * once its sending is settled and as long as no failure is known of it. They climb (`statusRank`), so all orders of
 * callbacks converge; each is told. Everything else has to be worked out from what is known (outcome.ts): then the
 * result is `stale`, with the state.
 */
export async function applyStatuses(
  table: Table,
  place: Place,
  records: readonly [StatusRecord, ...StatusRecord[]],
): Promise<Updated> {
  const climbing = climbingOf(records);
  if (climbing.length > 1 && climbing.some(({ errors }) => errors.length > 0)) {
    return refused(table, place, records);
  }
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: stateKey(place.conversationId, place.sequence),
        ReturnValues: 'ALL_NEW',
        ...statusesInput(table, climbing),
      }),
    );
    return { outcome: 'applied', entry: StateItem.parse(Attributes) };
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    return refused(table, place, records);
  }
}

/** A failure among others, too, is for outcome.ts: it stays known beside the reading that came after it. */
async function refused(
  table: Table,
  place: Place,
  records: readonly StatusRecord[],
): Promise<Updated> {
  const entry = await readState(table, place);
  if (!entry) return { outcome: 'missing' };
  const isKnown = records.every(({ id }) => isRemembered(entry, id));
  return { outcome: isKnown ? 'repeated' : 'stale', entry };
}

export type Climbing = readonly [StatusRecord, ...StatusRecord[]];

/** Lowest first, of each status the first one. */
export function climbingOf(records: Climbing): Climbing {
  const [first, ...others] = records.toSorted(
    (one, other) => statusRank[one.status] - statusRank[other.status],
  );
  const higher = others.filter(
    ({ status }, index) => status !== (others[index - 1] ?? first)?.status,
  );
  return [first ?? records[0], ...higher];
}

function statusesInput(table: Table, records: Climbing) {
  const [lowest] = records;
  const highest = records.at(-1) ?? lowest;
  const errors = records.flatMap((each) => each.errors);
  const conditions = [
    'statusRank < :rank',
    '#status <> :failed AND attribute_not_exists(errors)',
    'attribute_not_exists(#parts)',
    '(attribute_not_exists(delivery.#parts) OR delivery.#parts = :single)',
    '(attribute_not_exists(delivery) OR delivery.#state = :sent)',
  ];
  const set = [
    'revision = revision + :told',
    'pending = list_append(pending, :pending)',
    'recent = list_append(recent, :recent)',
    '#status = :status',
    'statusRank = :highest',
    ...(errors.length > 0 ? ['errors = :errors'] : []),
  ];
  return {
    UpdateExpression: `SET ${set.join(', ')}`,
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: { '#status': 'status', '#state': 'state', '#parts': 'parts' },
    ExpressionAttributeValues: {
      ':told': records.length,
      ':pending': records.map((each) => ({ ...pendingStatus(each), ...inGeneration(table) })),
      ':recent': records.map((each) => rememberedIn(recentOf(each), table.generation)),
      ':status': highest.status,
      ':rank': statusRank[lowest.status],
      ':highest': statusRank[highest.status],
      ...(errors.length > 0 ? { ':errors': errors } : {}),
      ':sent': 'sent',
      ':failed': 'failed',
      ':single': 1,
    },
  };
}
