import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ConnectorError } from '#shared/errors';
import { EntryItem, type PartState, type StatusRecord } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import { type Outcome, outcomeOf } from '#shared/table/outcome';
import { hasParts, listedParts, messageParts, partCount } from '#shared/table/parts';
import { notDue } from './due.ts';
import { type Attributes, type Changes, conditionalUpdate } from './expressions.ts';
import { readEntry, type Table } from './table.ts';
import type { Place, Updated } from './update.ts';

/** The id and the time of the update that tells of it. */
export type Occasion = Pick<StatusRecord, 'id' | 'occurredAt' | 'metadata' | 'providerMessageId'>;

/** Names the update by which we tell ourselves what became of a part: short, because each entry keeps it. */
export function settledId(entry: EntryItem, { status, part }: PartState): string {
  return partCount(entry) > 1 ? `settled:${status}:${part}` : `settled:${status}`;
}

/** A report of one part, and its occasion. */
export interface Reported {
  readonly report: PartState;
  readonly occasion: Occasion;
  /** Further attributes that the same write changes. */
  readonly beside?: Attributes;
}

const mostTries = 8;

/**
 * Records what was reported of one part: reads the entry, works out what that makes of the whole, and writes it if
 * nothing has changed in between. For what one blind write cannot decide: several parts, members of a group, a
 * failure beside a reading, and everything that we conclude ourselves.
 *
 * `reportOf` says what is reported of the entry as it stands; nothing where it does not apply any more.
 */
export async function recordOutcome(
  table: Table,
  place: Place,
  reportOf: (entry: EntryItem) => Reported | undefined,
): Promise<Updated> {
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const entry = await readEntry(table, place.conversationId, place.sequence);
    if (!entry) return { outcome: 'missing' };
    const updated = await tryRecord(table, place, entry, reportOf(entry));
    if (updated) return updated;
    await sleep(Math.random() * 20 * (attempt + 1));
  }
  throw new ConnectorError('unavailable', 'the entry is contended; try again');
}

/** Undefined where somebody else has changed the entry in between. */
async function tryRecord(
  table: Table,
  place: Place,
  entry: EntryItem,
  reported: Reported | undefined,
): Promise<Updated | undefined> {
  if (!reported) return { outcome: 'stale', entry };
  const { report, occasion, beside } = reported;
  if (entry.updateIds?.has(occasion.id)) return { outcome: 'repeated', entry };
  const outcome = outcomeOf(entry, report);
  if (!outcome) return { outcome: 'stale', entry };
  const written = await write(table, outcomeInput(place, entry, outcome, occasion, beside));
  return written && { outcome: 'applied', entry: written };
}

async function write(
  table: Table,
  input: ReturnType<typeof outcomeInput>,
): Promise<EntryItem | undefined> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({ TableName: table.name, ReturnValues: 'ALL_NEW', ...input }),
    );
    return EntryItem.parse(Attributes);
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return undefined;
    throw fault;
  }
}

/**
 * The write of one outcome, on the condition that the entry is still the one it was worked out from. `beside` are
 * further attributes that the same write changes.
 */
export function outcomeInput(
  { conversationId, sequence }: Place,
  entry: EntryItem,
  outcome: Outcome,
  occasion: Occasion,
  beside: Attributes = {},
) {
  const told = toldChanges(entry, outcome, occasion);
  const set = {
    ...partChanges(entry, outcome),
    ...sendingChanges(entry, outcome),
    ...told.set,
    ...beside,
  };
  return {
    Key: entryKey(conversationId, sequence),
    ...conditionalUpdate({ ...told, set }, expectedOf(entry)),
  };
}

/** Whatever a status, a claim or an outcome changes. */
function expectedOf({ revision, partsVersion, delivery }: EntryItem): Attributes {
  if (!delivery) return { revision, partsVersion };
  const { state, part, attempt } = delivery;
  const sending = { 'delivery.state': state, 'delivery.part': part, 'delivery.attempt': attempt };
  return { revision, partsVersion, ...sending };
}

function partChanges(entry: EntryItem, { parts }: Outcome): Attributes {
  if (!hasParts(entry, parts)) return {};
  return {
    parts,
    partsVersion: (entry.partsVersion ?? 0) + 1,
    ...idOfLast(entry, parts),
  };
}

/** Of several messages the reply as a whole is named by the last one; each has its own id in the list. */
function idOfLast(
  entry: EntryItem,
  parts: readonly PartState[],
): Pick<EntryItem, 'providerMessageId'> {
  const last = listedParts(entry, parts).findLast(({ part }) => part === partCount(entry) - 1);
  return last?.providerMessageId === undefined ? {} : { providerMessageId: last.providerMessageId };
}

/** A sending that is over is nothing that has to be looked after. */
function sendingChanges({ delivery }: EntryItem, { state }: Outcome): Attributes {
  if (!delivery || state === undefined || state === delivery.state) return {};
  const over = { ...notDue, 'delivery.leaseUntil': undefined };
  return { 'delivery.state': state, ...(state === 'sent' || state === 'failed' ? over : {}) };
}

function toldChanges(entry: EntryItem, outcome: Outcome, occasion: Occasion): Changes {
  const { whole, parts, told } = outcome;
  if (!whole || !told) return { set: {} };
  const { status, rank } = whole;
  const errors = [...whole.errors];
  const listed = messageParts(entry, parts);
  const { providerMessageId: own } = entry;
  const { providerMessageId: id = own } = listed ? idOfLast(entry, parts) : occasion;
  const update: StatusRecord = {
    ...{ kind: 'status', id: occasion.id, status, occurredAt: occasion.occurredAt },
    ...(id === undefined ? {} : { providerMessageId: id }),
    errors,
    ...(listed ? { parts: listed } : {}),
    metadata: occasion.metadata,
  };
  return {
    set: {
      status,
      statusRank: rank,
      errors: errors.length > 0 ? errors : undefined,
      revision: entry.revision + 1,
    },
    append: { updates: [update] },
    add: { updateIds: new Set([occasion.id]) },
  };
}
