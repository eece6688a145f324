import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Attachment } from '#shared/model/attachment';
import { statusRank } from '#shared/model/delivery-status';
import { EntryItem, type UpdateRecord } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import { readEntry, type Table } from './table.ts';

/** Which entry. */
export interface Place {
  readonly conversationId: string;
  readonly sequence: number;
  /** Of a reply in several messages: which one is meant, from 0. */
  readonly part?: number;
}

export interface Updated {
  /**
   * `applied`: the entry changed. `repeated`: it had been applied before, and only publishing may be missing.
   * `stale`: the message is further on already, so nothing changes. `missing`: there is no such entry.
   */
  readonly outcome: 'applied' | 'repeated' | 'stale' | 'missing';
  readonly entry?: EntryItem;
}

/** What a change writes beside itself, and on what condition. */
export interface Change {
  readonly set: readonly string[];
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * Applies one change to an entry in one conditional write: `revision + 1`, the change itself, and its id, so that
 * a redelivery finds it. A status is applied only if it climbs (`statusRank`), so all orders of callbacks converge.
 */
export async function applyUpdate(
  table: Table,
  place: Place,
  update: UpdateRecord,
): Promise<Updated> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        ReturnValues: 'ALL_NEW',
        ...updateInput(place, update, changeOf(update, place.part ?? 0)),
      }),
    );
    return { outcome: 'applied', entry: EntryItem.parse(Attributes) };
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    return whyRefused(table, place, update.id);
  }
}

/** The write of one remembered change, for a single update or for a transaction. */
export function updateInput(place: Place, update: UpdateRecord, change: Change) {
  const always = ['revision = revision + :one', 'updates = list_append(updates, :updates)'];
  return {
    Key: entryKey(place.conversationId, place.sequence),
    UpdateExpression: `SET ${[...always, ...change.set].join(', ')} ADD updateIds :ids`,
    ConditionExpression: `attribute_exists(pk) AND NOT contains(updateIds, :id) AND ${change.condition}`,
    ...(change.names ? { ExpressionAttributeNames: change.names } : {}),
    ExpressionAttributeValues: {
      ':one': 1,
      ':updates': [update],
      ':ids': new Set([update.id]),
      ':id': update.id,
      ...change.values,
    },
  };
}

/** A status that climbs, and the errors it came with. */
export function statusChange(update: UpdateRecord & { kind: 'status' }): Change {
  const { status, errors } = update;
  return {
    set: [
      '#status = :status',
      'statusRank = :rank',
      ...(errors.length ? ['errors = :errors'] : []),
    ],
    condition: 'statusRank < :rank',
    names: { '#status': 'status' },
    values: {
      ':status': status,
      ':rank': statusRank[status],
      ...(errors.length ? { ':errors': errors } : {}),
    },
  };
}

/**
 * From outside only once the sending is settled: until then a status is evidence, and that is taken first. Of a
 * reply in several messages only the last one speaks for the whole; a failure of any of them does.
 */
function settledStatusChange(update: UpdateRecord & { kind: 'status' }, part: number): Change {
  const change = statusChange(update);
  const failed = update.status === 'failed';
  const last = failed
    ? ''
    : ' AND (attribute_not_exists(delivery.#parts) OR delivery.#parts <= :through)';
  return {
    ...change,
    condition: `${change.condition} AND (attribute_not_exists(delivery) OR (delivery.#state IN (:sent, :failed)${last}))`,
    names: { ...change.names, '#state': 'state', ...(failed ? {} : { '#parts': 'parts' }) },
    values: {
      ...change.values,
      ':sent': 'sent',
      ':failed': 'failed',
      ...(failed ? {} : { ':through': part + 1 }),
    },
  };
}

/** Content is not overwritten: an entry's first event must stay what it was (shared/events/compose.ts). */
function changeOf(update: UpdateRecord, part: number): Change {
  if (update.kind === 'status') return settledStatusChange(update, part);
  if (update.kind === 'attachment') return attachmentChange(update);
  return { set: [], condition: 'attribute_exists(message)' };
}

/** The id of an attachment's update: each state is reached once. */
export function attachmentUpdateId(attachmentId: string, state: Attachment['state']): string {
  return `media:${attachmentId}:${state}`;
}

/** Whether our copy of a file is there: nothing applies to it any more. */
export function isAttachmentStored({ updateIds }: EntryItem, attachmentId: string): boolean {
  return updateIds?.has(attachmentUpdateId(attachmentId, 'stored')) ?? false;
}

function attachmentChange({ attachment }: UpdateRecord & { kind: 'attachment' }): Change {
  return {
    set: [],
    condition: 'attribute_exists(message) AND NOT contains(updateIds, :stored)',
    values: { ':stored': attachmentUpdateId(attachment.id, 'stored') },
  };
}

async function whyRefused(table: Table, place: Place, updateId: string): Promise<Updated> {
  const entry = await readEntry(table, place.conversationId, place.sequence);
  if (!entry) return { outcome: 'missing' };
  return { outcome: entry.updateIds?.has(updateId) ? 'repeated' : 'stale', entry };
}

/** Keeps a report that contradicts what is known (a failure after a delivery), once, without publishing it. */
export async function recordAnomaly(
  table: Table,
  place: Place,
  update: UpdateRecord,
): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: entryKey(place.conversationId, place.sequence),
        UpdateExpression:
          'SET anomalies = list_append(if_not_exists(anomalies, :none), :updates) ADD updateIds :ids',
        ConditionExpression: 'attribute_exists(pk) AND NOT contains(updateIds, :id)',
        ExpressionAttributeValues: {
          ':none': [],
          ':updates': [update],
          ':ids': new Set([update.id]),
          ':id': update.id,
        },
      }),
    );
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
  }
}
