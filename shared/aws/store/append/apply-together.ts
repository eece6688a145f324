import { expectedOf } from '#shared/aws/store/sending/outcome';
import { readState, toldChanges, writeState } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import type { ReceivedUpdate, TargetPlace } from '#shared/aws/store/update/park';
import {
  applyStatuses,
  type Climbing,
  climbingOf,
  pendingStatus,
  type Updated,
} from '#shared/aws/store/update/update';
import { statusRecordOf } from '#shared/aws/store/update/update-record';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { statusRank } from '#shared/model/delivery-status';
import { partCount } from '#shared/table/parts';
import { isRemembered } from '#shared/table/recent';
import type { EntryState } from '#shared/table/state';
import type { StatusRecord } from '#shared/table/update';

export interface Together {
  /** The state as it then stands. */
  readonly entry: EntryState;
  /** Of each update, in the order given. */
  readonly outcomes: readonly Updated['outcome'][];
}

type Status = ChannelUpdate & { readonly kind: 'status' };

/**
 * Applies several statuses of one message in one write: the lowest first, each told. Undefined where they have to be
 * worked out one by one: a failure among them or known already, several parts, members of a group, a reply whose
 * sending is not settled, anything that is no status.
 */
export async function applyTogether(
  table: Table,
  place: TargetPlace,
  received: readonly ReceivedUpdate[],
): Promise<Together | undefined> {
  const [first, ...others] = received.filter(isPlain);
  if (!first || received.length < 2 || others.length + 1 < received.length) return undefined;
  if (place.part > 0) return undefined;
  const records = [recordIn(first), ...others.map(recordIn)] as const;
  const written = await applyRecords(table, place, records);
  if (!written) return undefined;
  const { entry, outcome, told } = written;
  const ids = new Set(told.map(({ id }) => id));
  const outcomeOf = ({ id }: StatusRecord) => {
    if (ids.has(id)) return outcome;
    return isRemembered(entry, id) ? 'repeated' : 'stale';
  };
  return { entry, outcomes: records.map(outcomeOf) };
}

type ReceivedStatus = ReceivedUpdate & { readonly update: Status };

function isPlain(received: ReceivedUpdate): received is ReceivedStatus {
  const { update } = received;
  if (update.kind !== 'status' || update.status === 'failed') return false;
  const { errors = [], group, recipient } = update;
  return errors.length === 0 && group === undefined && recipient === undefined;
}

function recordIn({ update, receivedAt }: ReceivedStatus): StatusRecord {
  return statusRecordOf(update, receivedAt);
}

interface Written {
  readonly entry: EntryState;
  readonly outcome: 'applied' | 'repeated';
  /** Those that climb. */
  readonly told: readonly StatusRecord[];
}

/**
 * A reply that blindly takes a status is \`sent\` already, and has told so: the provider's own \`sent\` says nothing new.
 */
async function applyRecords(
  table: Table,
  place: TargetPlace,
  records: Climbing,
): Promise<Written | undefined> {
  const [lowest, ...others] = records.filter(({ status }) => statusRank[status] > statusRank.sent);
  if (!place.isReply || !lowest) {
    return applyOver(table, place, await readState(table, place), records);
  }
  const told = climbingOf([lowest, ...others]);
  const { outcome, entry } = await applyStatuses(table, place, told);
  if (!entry) return undefined;
  return outcome === 'stale' || outcome === 'missing'
    ? applyOver(table, place, entry, records)
    : { entry, outcome, told };
}

/** Over a state that was read. Undefined also where somebody else has changed it since. */
async function applyOver(
  table: Table,
  place: TargetPlace,
  state: EntryState | undefined,
  records: Climbing,
): Promise<Written | undefined> {
  if (!state || !isClimbing(state)) return undefined;
  const rank = state.statusRank ?? 0;
  const [first, ...others] = records.filter(({ status }) => statusRank[status] > rank);
  if (!first) return { entry: state, outcome: 'repeated', told: [] };
  const told = climbingOf([first, ...others]);
  const highest = told.at(-1) ?? first;
  const changes = toldChanges(
    state,
    told.map((record) => ({ record, pending: pendingStatus(record) })),
  );
  const whole = { status: highest.status, statusRank: statusRank[highest.status] };
  const write = { ...changes, set: { ...changes.set, ...whole } };
  const entry = await writeState(table, place, state, write, expectedOf(state));
  return entry && { entry, outcome: 'applied', told };
}

/** Whether a message only climbs from here: it is one part, on its way, and no failure of it is known. */
function isClimbing(state: EntryState): boolean {
  const { status, statusRank: rank, errors, parts, delivery } = state;
  if (status === undefined || rank === undefined || status === 'failed' || errors) return false;
  return !parts && partCount(state) === 1 && (!delivery || delivery.state === 'sent');
}
