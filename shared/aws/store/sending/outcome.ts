import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Attributes,
  type Changes,
  type Place,
  pendingStatus,
  readState,
  toldChanges,
  writeState,
} from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import type { Updated } from '#shared/aws/store/update/update';
import { ConnectorError } from '#shared/errors';
import { notDue } from '#shared/table/keys';
import { type Outcome, outcomeOf } from '#shared/table/outcome';
import { hasParts, listedParts, messageParts, partCount } from '#shared/table/parts';
import { isRemembered } from '#shared/table/recent';
import type { EntryState, PartState } from '#shared/table/state';
import type { StatusRecord } from '#shared/table/update';

/** The id and the time of the update that reports an outcome. */
export type Occasion = Pick<
  StatusRecord,
  'id' | 'occurredAt' | 'metadata' | 'providerMessageId' | 'consent' | 'cost'
>;

/** Names the update in which we report the outcome of a part ourselves. */
export function settledId(state: EntryState, { status, part }: PartState): string {
  return partCount(state) > 1 ? `settled:${status}:${part}` : `settled:${status}`;
}

/** A report of one part, and its occasion. */
export interface Reported {
  readonly report: PartState;
  readonly occasion: Occasion;
  /** All recipients of a message that has several. */
  readonly recipients?: readonly string[];
  /** Further attributes that the same write changes. */
  readonly beside?: Attributes;
}

const maxTries = 8;

/**
 * Records a report of one part: reads the state, derives the outcome of the whole, and writes it if nothing has changed
 * in between. For everything that one blind write cannot decide: several parts, members of a group, a failure beside a
 * read receipt, and outcomes that we conclude ourselves.
 *
 * `reportOf` derives the report from the message as it stands; nothing if it no longer applies. `known` is the state as
 * just read, which saves the first read.
 */
export async function recordOutcome(
  table: Table,
  place: Place,
  reportOf: (state: EntryState) => Reported | undefined,
  known?: EntryState,
): Promise<Updated> {
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const state = (attempt === 0 ? known : undefined) ?? (await readState(table, place));
    if (!state) return { outcome: 'missing' };
    const updated = await tryRecord(table, place, state, reportOf(state));
    if (updated) return updated;
    await sleep(Math.random() * 20 * (attempt + 1));
  }
  throw new ConnectorError('unavailable', 'the message is contended; try again');
}

/** Makes one try; undefined if another writer has changed the state in between. */
async function tryRecord(
  table: Table,
  place: Place,
  state: EntryState,
  reported: Reported | undefined,
): Promise<Updated | undefined> {
  if (!reported) return { outcome: 'stale', entry: state };
  const { report, occasion, beside, recipients } = reported;
  if (isRemembered(state, occasion.id)) return { outcome: 'repeated', entry: state };
  const outcome = outcomeOf(state, report, recipients);
  if (!outcome) return { outcome: 'stale', entry: state };
  const changes = outcomeChanges(state, outcome, occasion, beside);
  const written = await writeState(table, place, state, changes, expectedOf(state));
  return written && { outcome: 'applied', entry: written };
}

/** The changes that one outcome makes. `beside` are further attributes that the same write changes. */
export function outcomeChanges(
  state: EntryState,
  outcome: Outcome,
  occasion: Occasion,
  beside: Attributes = {},
): Changes {
  const told = wholeChanges(state, outcome, occasion);
  const set = {
    ...partChanges(state, outcome),
    ...sendingChanges(state, outcome),
    ...told.set,
    ...beside,
  };
  return { ...told, set };
}

/** The write's condition: all fields that statuses, leases and outcomes change, and that an outcome is derived from. */
export function expectedOf({ revision, partsVersion, delivery }: EntryState): Attributes {
  if (!delivery) return { revision, partsVersion };
  const { state, part, attempt } = delivery;
  const sending = { 'delivery.state': state, 'delivery.part': part, 'delivery.attempt': attempt };
  return { revision, partsVersion, ...sending };
}

function partChanges(state: EntryState, { parts }: Outcome): Attributes {
  if (!hasParts(state, parts)) return {};
  return {
    parts,
    partsVersion: (state.partsVersion ?? 0) + 1,
    ...idOfLast(state, parts),
  };
}

/** The provider id of the whole reply: that of its last message, if it has several. Each has its own id in the list. */
function idOfLast(
  state: EntryState,
  parts: readonly PartState[],
): Pick<EntryState, 'providerMessageId'> {
  const last = listedParts(state, parts).findLast(({ part }) => part === partCount(state) - 1);
  return last?.providerMessageId === undefined ? {} : { providerMessageId: last.providerMessageId };
}

/** Ends the lease of a finished sending and takes it out of the due index. */
function sendingChanges({ delivery }: EntryState, { state }: Outcome): Attributes {
  if (!delivery || state === undefined || state === delivery.state) return {};
  const over = {
    ...notDue,
    ...{ 'delivery.leaseUntil': undefined, 'delivery.claimedBy': undefined },
  };
  return { 'delivery.state': state, ...(state === 'sent' || state === 'failed' ? over : {}) };
}

function wholeChanges(state: EntryState, outcome: Outcome, occasion: Occasion): Changes {
  const { whole, parts, told } = outcome;
  if (!whole || !told) return { set: {} };
  const { status, rank } = whole;
  const errors = [...whole.errors];
  const listed = messageParts(state, parts);
  const { providerMessageId: own } = state;
  const { providerMessageId: id = own } = listed ? idOfLast(state, parts) : occasion;
  const { occurredAt, metadata, consent, cost } = occasion;
  const record: StatusRecord = {
    ...{ kind: 'status', id: occasion.id, status, occurredAt, metadata, errors },
    ...(id === undefined ? {} : { providerMessageId: id }),
    ...(listed ? { parts: listed } : {}),
    ...(consent ? { consent } : {}),
    ...(cost && status === 'sent' ? { cost } : {}),
  };
  const change = toldChanges(state, [{ record, pending: pendingStatus(record) }]);
  const now = { status, statusRank: rank, errors: errors.length > 0 ? errors : undefined };
  return { ...change, set: { ...change.set, ...now } };
}
