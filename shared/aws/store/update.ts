import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Attachment } from '#shared/model/attachment';
import { statusRank } from '#shared/model/delivery-status';
import { EntryItem, type StatusRecord, type UpdateRecord } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import { readEntry, type Table } from './table.ts';

/** Which entry. */
export interface Place {
  readonly conversationId: string;
  readonly sequence: number;
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
interface Change {
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
        ...updateInput(place, update, changeOf(update)),
      }),
    );
    return { outcome: 'applied', entry: EntryItem.parse(Attributes) };
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    return whyRefused(table, place, update.id);
  }
}

/** The write of one remembered change. */
function updateInput(place: Place, update: UpdateRecord, change: Change) {
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
function statusChange(update: StatusRecord): Change {
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
 * A status from outside in one blind write: of a message that is its own and only part, once its sending is settled
 * and as long as no failure is known of it. Everything else needs to be worked out from what is known (outcome.ts).
 */
function settledStatusChange(update: StatusRecord): Change {
  const change = statusChange(update);
  const conditions = [
    change.condition,
    '#status <> :failed AND attribute_not_exists(errors)',
    'attribute_not_exists(#parts)',
    '(attribute_not_exists(delivery.#parts) OR delivery.#parts = :single)',
    '(attribute_not_exists(delivery) OR delivery.#state = :sent)',
  ];
  return {
    ...change,
    condition: conditions.join(' AND '),
    names: { ...change.names, '#state': 'state', '#parts': 'parts' },
    values: { ...change.values, ':sent': 'sent', ':failed': 'failed', ':single': 1 },
  };
}

/** Content is not overwritten: an entry's first event must stay what it was (shared/events/compose.ts). */
function changeOf(update: UpdateRecord): Change {
  if (update.kind === 'status') return settledStatusChange(update);
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
