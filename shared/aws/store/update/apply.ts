import { memberAs, personAs } from '#shared/aws/store/append/new-entry';
import { recordWord } from '#shared/aws/store/contacts/record-consent';
import { expectedOf } from '#shared/aws/store/sending/outcome';
import { applyReport, reportOf } from '#shared/aws/store/sending/report';
import { pendingStatus, readState, toldChanges, writeState } from '#shared/aws/store/state';
import { readConversation, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { type DeliveryError, statusRank } from '#shared/model/delivery-status';
import type { ConversationItem } from '#shared/table/items';
import { partCount } from '#shared/table/parts';
import { isRemembered } from '#shared/table/recent';
import type { EntryState } from '#shared/table/state';
import type { OtherRecord, StatusRecord } from '#shared/table/update';
import { applyUpdate } from './apply-changes.ts';
import { withCheckedConsent } from './consent-of.ts';
import type { ReceivedUpdate } from './park.ts';
import { addressed, tellOfStranger } from './stranger.ts';
import type { TargetPlace } from './target.ts';
import { applyStatuses, type Climbing, climbingOf, type Updated } from './update.ts';

/** A changed message that may have to be published. */
export interface Changed {
  readonly conversation: ConversationItem;
  readonly entry: EntryState;
}

export interface ChannelUpdated {
  /**
   * `elsewhere`: the update is of a message that its sender may not change, or of a person to whom the message did not
   * go; the message is not changed. `changed` is then the alert that tells of it.
   */
  readonly outcome: Updated['outcome'] | 'parked' | 'settled' | 'elsewhere';
  /** Absent if the message is not known yet. */
  readonly changed?: Changed;
}

/** Applies an update to the message that it names. */
export async function applyTo(
  table: Table,
  place: TargetPlace,
  told: ChannelUpdate,
  receivedAt: string,
): Promise<ChannelUpdated> {
  const known = await addressed(table, place, told);
  if (known.stranger) {
    return tellOfStranger(table, place, known.stranger, known.entry, receivedAt);
  }
  const update = await withCheckedConsent(table, place, known.update);
  const record = recordOf(update, receivedAt);
  const first = await firstTry(table, place, update, record);
  if (!first.entry) return { outcome: 'missing' };
  const conversation = await readConversation(table, place.conversationId, false);
  if (update.kind === 'status' && update.consent) {
    // The block was there when the message was sent; a callback may come, or come again, after it was lifted.
    const occurredAt = first.entry.delivery?.attemptedAt ?? record.occurredAt;
    const { consent, consentOf } = update;
    await recordWord(table, conversation, { ...consent, occurredAt }, { of: consentOf });
  }
  const { outcome, entry } =
    first.outcome === 'stale' && update.kind === 'status' && record.kind === 'status'
      ? await report(table, conversation, place, { update, record, entry: first.entry })
      : first;
  return { outcome, ...(entry ? { changed: { conversation, entry } } : {}) };
}

interface ToReport {
  readonly update: Status;
  readonly record: StatusRecord;
  readonly entry: EntryState;
}

function report(
  table: Table,
  conversation: ConversationItem,
  place: TargetPlace,
  { update, record, entry }: ToReport,
): ReturnType<typeof applyReport> {
  const reported = reportOf(update, record, place);
  return applyReport(table, conversation, place, reported, entry);
}

/** Applies a status in one blind write, unless that is known to be refused. */
async function firstTry(
  table: Table,
  place: TargetPlace,
  update: ChannelUpdate,
  record: OtherRecord | StatusRecord,
): Promise<Updated> {
  if (record.kind !== 'status') return applyUpdate(table, place, record);
  const isOfMember =
    update.kind === 'status' && (update.recipient !== undefined || update.recipients !== undefined);
  const isBlind = place.isReply && place.part === 0 && !isOfMember;
  if (isBlind) return applyStatuses(table, place, [record]);
  const entry = await readState(table, place);
  return entry ? { outcome: 'stale', entry } : { outcome: 'missing' };
}

export interface Together {
  /** The new state. */
  readonly entry: EntryState;
  /** The outcome of each update, in the order given. */
  readonly outcomes: readonly Updated['outcome'][];
}

/**
 * Applies several statuses of one message in one write: the lowest first, each published. Undefined if they must be
 * applied one by one: with a failure among them or known already, several parts, members of a group, a reply without a
 * recorded outcome, or anything that is not a status.
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
  if (update.kind !== 'status' || update.status === 'failed' || update.mayBeOnly) return false;
  const { errors = [], group, recipient, recipients } = update;
  return errors.length === 0 && group === undefined && (recipient ?? recipients) === undefined;
}

function recordIn({ update, receivedAt }: ReceivedStatus): StatusRecord {
  return statusRecordOf(update, receivedAt);
}

interface Written {
  readonly entry: EntryState;
  readonly outcome: 'applied' | 'repeated';
  /** The statuses that climb. */
  readonly told: readonly StatusRecord[];
}

/**
 * Writes the statuses. A reply that takes a blind write is `sent` already and has published it: the provider's own
 * `sent` adds nothing.
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

/** Writes over a state that was read. Undefined also if another writer has changed it since. */
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

/** Tells whether a message can only climb from here: it has one part, was sent, and has no known failure. */
function isClimbing(state: EntryState): boolean {
  const { status, statusRank: rank, errors, parts, delivery } = state;
  if (status === undefined || rank === undefined || status === 'failed' || errors) return false;
  return !parts && partCount(state) === 1 && (!delivery || delivery.state === 'sent');
}

type Status = ChannelUpdate & { readonly kind: 'status' };

/** Gives every failure a reason, if only that none was given. */
function errorsOf({ status, errors = [] }: Status): DeliveryError[] {
  if (status !== 'failed' || errors.length > 0) return [...errors];
  const title = 'the provider reports a failure without a reason';
  return [{ code: 'provider_failed', title, retryable: false }];
}

/** The form in which a change is remembered and published. */
export function recordOf(update: ChannelUpdate, receivedAt: string): OtherRecord | StatusRecord {
  const base = { id: update.id, occurredAt: update.occurredAt ?? receivedAt };
  switch (update.kind) {
    case 'status':
      return statusRecordOf(update, receivedAt);
    case 'reaction': {
      const author = update.group ? memberAs(update.customer) : personAs(update.customer);
      return { ...base, kind: 'reaction', emoji: update.emoji, author };
    }
    case 'edit':
      return { ...base, kind: 'edit', content: update.content, text: update.text };
    case 'deletion':
      return { ...base, kind: 'deletion', ...(update.redacts ? { redacts: true } : {}) };
  }
}

/** The form in which a status is remembered and published. */
function statusRecordOf(update: Status, receivedAt: string): StatusRecord {
  const { id, occurredAt = receivedAt, status, metadata = {}, target, consent } = update;
  const { providerMessageId } = target;
  const known = providerMessageId === undefined ? {} : { providerMessageId };
  const told = { status, errors: errorsOf(update), metadata, ...(consent ? { consent } : {}) };
  return { kind: 'status', id, occurredAt, ...known, ...told };
}
