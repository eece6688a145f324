import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Place } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import type { ConsentChange } from '#shared/model/consent';
import { type DeliveryError, statusRank } from '#shared/model/delivery-status';
import { type DueClass, dueAs, stateKey } from '#shared/table/keys';
import { skippedPart } from '#shared/table/outcome';
import type { Delivery, EntryState, PartState } from '#shared/table/state';
import { type Reported, recordOutcome, settledId } from './outcome.ts';

/**
 * Ends a reply whose current or next part surely was not and will not be sent. With `attempt` only that attempt may do
 * so; without it (a limit was reached) any state is ended except `sent`. Repeating it changes nothing.
 */
export async function recordFailed(
  table: Table,
  place: Place,
  { error, at, attempt, consent, staysDue = false }: Failure,
): Promise<boolean> {
  const beside = staysDue ? dueAs('reply', place.conversationId, at) : {};
  return conclude(
    table,
    { ...place, beside },
    at,
    ({ delivery }) => {
      if (!isOpen(delivery) || (attempt !== undefined && delivery.attempt !== attempt)) return;
      const { part } = delivery;
      return { part, status: 'failed', errors: [error], unsent: 'refused' };
    },
    consent,
  );
}

interface Failure {
  readonly error: DeliveryError;
  readonly at: string;
  readonly attempt?: number;
  /** The change of the customer's consent that the failure tells. */
  readonly consent?: ConsentChange | undefined;
  /** Stays due until `removeDue`: for the sweep, which has no queue message that would come again. */
  readonly staysDue?: boolean;
}

/**
 * Records an attempt that surely sent nothing: back to `accepted`, to be leased again after the wait. If another part
 * of the reply has failed meanwhile, it is not tried again.
 */
export async function recordNotSent(
  table: Table,
  place: Place,
  entry: EntryState,
  { notBefore, lookAfterAt }: { readonly notBefore: string; readonly lookAfterAt: string },
): Promise<boolean> {
  const settled = await recordAttempt(table, place, entry, 'accepted', {
    lookAfterAt,
    dueClass: 'reply',
    also: ', delivery.notBefore = :notBefore',
    values: { ':notBefore': notBefore, ':failed': 'failed' },
    condition: ' AND #status <> :failed',
  });
  return settled || skipPart(table, place, entry, 'sending');
}

/**
 * Records the provider's proof that the uncertain attempt sent nothing. The part may be leased again, unless another
 * part of the reply has failed meanwhile. A look-up that has not found it may be wrong: `unknown` keeps that for the
 * attempts that follow.
 */
export async function recordProvedUnsent(
  table: Table,
  place: Place,
  entry: EntryState,
  unknown?: Delivery['unknown'],
): Promise<boolean> {
  const settled = await attempted(table, {
    Key: stateKey(place.conversationId, place.sequence),
    UpdateExpression: `SET delivery.#state = :accepted${unknown ? ', delivery.#unknown = :unknown' : ''}`,
    // Once the helpdesk has been told that the outcome is uncertain, a person decides; nothing is resent automatically.
    ConditionExpression:
      'delivery.#state = :uncertain AND delivery.attempt = :attempt AND statusRank < :told',
    ExpressionAttributeNames: { '#state': 'state', ...(unknown ? { '#unknown': 'unknown' } : {}) },
    ExpressionAttributeValues: {
      ...(unknown ? { ':unknown': unknown } : {}),
      ':accepted': 'accepted',
      ':uncertain': 'uncertain',
      ':attempt': entry.delivery?.attempt ?? 0,
      ':told': statusRank.uncertain,
    },
  });
  return settled || skipPart(table, place, entry, 'uncertain');
}

/** Ends an attempt that surely sent nothing, in a reply of which another part has failed. */
async function skipPart(
  table: Table,
  place: Place,
  { delivery: claimed }: EntryState,
  state: Delivery['state'],
): Promise<boolean> {
  const { attemptedAt = new Date(0).toISOString() } = claimed ?? {};
  return conclude(table, place, attemptedAt, ({ status, delivery }) =>
    status === 'failed' && delivery?.state === state && delivery.attempt === claimed?.attempt
      ? skippedPart(delivery.part)
      : undefined,
  );
}

/** Records an unknown outcome of an attempt. Evidence may decide it until `lookAfterAt`; then it is published. */
export async function recordUncertain(
  table: Table,
  place: Place,
  entry: EntryState,
  { lookAfterAt }: { readonly lookAfterAt: string },
): Promise<boolean> {
  return recordAttempt(table, place, entry, 'uncertain', { lookAfterAt, dueClass: 'uncertain' });
}

/**
 * Publishes an uncertain outcome to the helpdesk, once. It stays open for evidence, and is never resent. It also stays
 * due until `removeDue`: a crash before it is published leaves no queue message behind.
 */
export async function announceUncertain(
  table: Table,
  place: Place,
  { at, error }: { readonly at: string; readonly error: DeliveryError },
): Promise<boolean> {
  return conclude(table, place, at, ({ delivery }) =>
    delivery?.state === 'uncertain'
      ? { part: delivery.part, status: 'uncertain', errors: [error] }
      : undefined,
  );
}

function isOpen(delivery: Delivery | undefined): delivery is Delivery {
  return delivery !== undefined && delivery.state !== 'sent' && delivery.state !== 'failed';
}

/** Records an outcome that we conclude ourselves. Returns whether it was new. */
async function conclude(
  table: Table,
  { beside = {}, ...place }: Place & Pick<Reported, 'beside'>,
  at: string,
  reportOf: (entry: EntryState) => PartState | undefined,
  consent?: ConsentChange,
): Promise<boolean> {
  const { outcome } = await recordOutcome(table, place, (entry) => {
    const report = reportOf(entry);
    if (!report) return undefined;
    const id = settledId(entry, report);
    const told = consent ? { consent } : {};
    return { report, occasion: { id, occurredAt: at, metadata: {}, ...told }, beside };
  });
  return outcome === 'applied';
}

/** Records the outcome of an attempt. Fenced: only the attempt that holds the lease may do so, whatever came later. */
async function recordAttempt(
  table: Table,
  { conversationId, sequence }: Place,
  entry: EntryState,
  state: 'accepted' | 'uncertain',
  more: {
    readonly lookAfterAt: string;
    readonly dueClass: DueClass;
    readonly also?: string;
    readonly values?: Readonly<Record<string, unknown>>;
    readonly condition?: string;
  },
): Promise<boolean> {
  const { duePk, dueAt } = dueAs(more.dueClass, conversationId, more.lookAfterAt);
  return attempted(table, {
    Key: stateKey(conversationId, sequence),
    UpdateExpression: `SET delivery.#state = :state, duePk = :duePk, dueAt = :dueAt${more.also ?? ''}
      REMOVE delivery.leaseUntil`,
    ConditionExpression: `delivery.#state = :sending AND delivery.attempt = :attempt${more.condition ?? ''}`,
    ExpressionAttributeNames: {
      '#state': 'state',
      ...(more.condition ? { '#status': 'status' } : {}),
    },
    ExpressionAttributeValues: {
      ':state': state,
      ':sending': 'sending',
      ':attempt': entry.delivery?.attempt ?? 0,
      ':duePk': duePk,
      ':dueAt': dueAt,
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
