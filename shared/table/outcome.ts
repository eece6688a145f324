import { canonicalJson } from '#shared/json';
import {
  type DeliveryError,
  type DeliveryStatus,
  statusRank,
  unsentRank,
} from '#shared/model/delivery-status';
import {
  hasParts,
  isSamePart,
  knownParts,
  type ListedPart,
  listedParts,
  named,
  partCount,
} from './parts.ts';
import type { Delivery, EntryState, PartState } from './state.ts';

/** The status of the whole message. */
export interface Whole {
  readonly status: DeliveryStatus;
  readonly errors: readonly DeliveryError[];
  readonly rank: number;
}

/** The state of a message after a report of one of its parts. */
export interface Outcome {
  readonly parts: readonly PartState[];
  /** Absent while the sending is under way and nothing has failed: then the whole stays what it is. */
  readonly whole?: Whole;
  /** True when the helpdesk must be told. */
  readonly told: boolean;
  /** The state of its sending, of a message that we send. */
  readonly state?: Delivery['state'];
}

/**
 * Works out the status of the whole from a report of one part (docs/architecture.md, "The way of a reply"): the result
 * depends on the reports, not on their order. Undefined where it changes nothing.
 */
export function outcomeOf(
  entry: EntryState,
  report: PartState,
  recipients: readonly string[] = [],
): Outcome | undefined {
  const known = knownParts(entry);
  const parts = withSkipped(entry, withReport(withSent(known, report, recipients), report));
  const listed = listedParts(entry, parts);
  const whole = wholeOf(entry, listed);
  const told = whole !== undefined && isChange(entry, listedParts(entry, known), listed, whole);
  const state = stateAfter(entry.delivery, listed);
  const isKept = parts !== known && hasParts(entry, parts);
  if (!isKept && !told && state === entry.delivery?.state) return undefined;
  return { parts, told, ...(whole ? { whole } : {}), ...(state ? { state } : {}) };
}

/**
 * Adds the recipients of whom nothing is known yet: a provider that reports on one of them has sent it to all. The same
 * list where there are none, and where the message failed as a whole.
 */
function withSent(
  known: readonly PartState[],
  { part, status, recipient: named }: PartState,
  recipients: readonly string[],
): readonly PartState[] {
  if (status === 'failed' && named === undefined) return known;
  const added = recipients
    .map((recipient): PartState => ({ part, recipient, status: 'sent', errors: [] }))
    .filter((each) => !known.some((other) => isSamePart(other, each)));
  return added.length > 0 ? [...known, ...added] : known;
}

/**
 * The same list where the report is not new. A report that names a member in two ways joins the parts of both names.
 */
function withReport(known: readonly PartState[], report: PartState): readonly PartState[] {
  const [before, ...others] = known.filter((each) => isSamePart(each, report));
  if (!before) return [...known, report];
  const after = named(merged(others.reduce(merged, before), report), [report, before, ...others]);
  if (after === before) return known;
  return known
    .filter((each) => !others.includes(each))
    .map((each) => (each === before ? after : each));
}

function merged(known: PartState, report: PartState): PartState {
  const id = known.providerMessageId ?? report.providerMessageId;
  const identity = id === undefined ? {} : { providerMessageId: id };
  if (rankOf(report) > rankOf(known)) {
    const errors = report.errors.length > 0 ? report.errors : keptErrors(known);
    return { ...report, ...identity, errors };
  }
  const errors =
    known.errors.length === 0 && isToldBeside(known, report) ? report.errors : known.errors;
  const isNew = errors !== known.errors || id !== known.providerMessageId;
  return isNew ? { ...known, ...identity, errors } : known;
}

/** A failure is told beside a read mark, and a delay beside `sent`: neither changes the status. */
function isToldBeside(known: PartState, report: PartState): boolean {
  if (report.unsent) return false;
  return report.status === 'failed'
    ? isRead(known)
    : report.status === 'sent' && known.status === 'sent';
}

function rankOf({ status, unsent }: PartState): number {
  return unsent ? unsentRank : statusRank[status];
}

const isRead = ({ status }: PartState) => statusRank[status] > statusRank.failed;

/**
 * A failure stays known beside the read mark that came after it; the error of an uncertain or concluded status, and the
 * delay of one that was sent, do not.
 */
function keptErrors(known: PartState): DeliveryError[] {
  return rankOf(known) <= statusRank.sent ? [] : known.errors;
}

const failsTheWhole = ({ status, unsent }: PartState) =>
  status === 'failed' && unsent !== 'skipped';
const isUnknown = ({ status, open }: ListedPart) => status === 'uncertain' && !open;

/** A part that failed, or was told as uncertain, stops those that have not left. */
function withSkipped(entry: EntryState, parts: readonly PartState[]): readonly PartState[] {
  const { delivery } = entry;
  const cause = parts.find(failsTheWhole) ?? parts.find(isUnknown);
  if (!delivery || !cause) return parts;
  const isUnderWay = delivery.state === 'sending' || delivery.state === 'uncertain';
  const first = isUnderWay ? delivery.part + 1 : delivery.part;
  const skipped = Array.from({ length: partCount(entry) }, (_, part) => part)
    .filter((part) => part >= first && !parts.some((each) => each.part === part))
    .map((part) => skippedPart(part, cause));
  return skipped.length > 0 ? [...parts, ...skipped] : parts;
}

/** A part that was not sent and will not be, because of another one, or because the reply had failed before. */
export function skippedPart(part: number, cause?: PartState): PartState {
  const retryable = cause?.errors.every((error) => error.retryable) ?? true;
  const title = `not sent: ${whySkipped(cause)}`;
  const errors: DeliveryError[] = [{ code: 'part_not_sent', title, retryable }];
  return { part, status: 'failed', errors, unsent: 'skipped' };
}

function whySkipped(cause: PartState | undefined): string {
  if (cause === undefined) return 'the reply had failed already';
  return cause.status === 'uncertain'
    ? 'what became of an earlier message of this reply is unknown'
    : 'another message of this reply failed';
}

/**
 * Works out the status that is true of every part. A part that surely is not sent beside one that surely is makes the
 * whole `sent_in_part`, also where another one is uncertain; where none surely is, the uncertain one decides.
 */
function wholeOf(entry: EntryState, listed: readonly ListedPart[]): Whole | undefined {
  const failed = listed.filter(({ status }) => status === 'failed');
  const isInPart = failed.length > 0 && listed.some(isArrived);
  if (isInPart || failed.some(failsTheWhole)) return failedWhole(listed, failed);
  const unknown = listed.find(isUnknown);
  if (unknown) return ranked('uncertain', unknown.errors);
  if (failed.length > 0) return failedWhole(listed, failed);
  if (listed.some(({ open }) => open)) return undefined;
  const statuses = listed.map(({ status }) => status);
  const lowest = statuses.reduce((one, other) =>
    statusRank[other] < statusRank[one] ? other : one,
  );
  // A member of a group that is named later takes nothing back, unless it failed.
  const before = entry.status === 'failed' ? lowest : (entry.status ?? lowest);
  const status = statusRank[before] > statusRank[lowest] ? before : lowest;
  return ranked(status, distinct(listed.flatMap(({ errors }) => errors)));
}

function failedWhole(listed: readonly ListedPart[], failed: readonly ListedPart[]): Whole {
  const arrived = listed.filter(isArrived);
  if (arrived.length > 0) {
    const title = inPart(listed, arrived.length, failed.length);
    return ranked('failed', [{ code: 'sent_in_part', title, retryable: false }]);
  }
  const cause = failed.find(failsTheWhole) ?? failed[0];
  const isUnsent = listed.length === 1 && cause?.unsent !== undefined;
  const whole = ranked('failed', cause?.errors ?? []);
  return isUnsent ? { ...whole, rank: unsentRank } : whole;
}

/** The members of a group that got the message are not counted: each one named later would be a change to tell. */
function inPart(listed: readonly ListedPart[], arrived: number, failed: number): string {
  if (listed.some(({ recipient }) => recipient !== undefined)) {
    return `${failed} of the recipients did not get it, and others did`;
  }
  const unknown = listed.filter(isUnknown).length;
  const rest = unknown > 0 ? `; what became of ${unknown} is unknown` : '';
  return `${arrived} of ${listed.length} parts were sent and have not failed${rest}`;
}

const ranked = (status: DeliveryStatus, errors: readonly DeliveryError[]): Whole => ({
  status,
  errors,
  rank: statusRank[status],
});

function isArrived({ status, open }: ListedPart): boolean {
  return !open && status !== 'failed' && statusRank[status] >= statusRank.sent;
}

function distinct(errors: readonly DeliveryError[]): DeliveryError[] {
  return [...new Map(errors.map((error) => [canonicalJson(error), error])).values()];
}

/**
 * True for a change that helpdesks must see: another status, another reason, and for a failed reply another set of
 * parts that an agent has to repeat.
 */
function isChange(
  { status, errors = [] }: EntryState,
  before: readonly ListedPart[],
  after: readonly ListedPart[],
  whole: Whole,
): boolean {
  if (whole.status !== status) return true;
  if (canonicalJson(whole.errors) !== canonicalJson(errors)) return true;
  if (whole.status !== 'failed') return false;
  return before.some((part) => {
    const now = after.find((each) => isSamePart(each, part));
    return now !== undefined && fateOf(now) !== fateOf(part);
  });
}

function fateOf(part: ListedPart): string {
  if (isArrived(part)) return 'arrived';
  return part.open ? 'open' : part.status;
}

/** The state of our own sending: over once nothing is open any more. */
function stateAfter(
  delivery: Delivery | undefined,
  listed: readonly ListedPart[],
): Delivery['state'] | undefined {
  if (!delivery || listed.some(({ open }) => open)) return delivery?.state;
  if (listed.some(isUnknown)) return 'uncertain';
  if (delivery.state === 'sent') return 'sent';
  return listed.some(({ status }) => status === 'failed') ? 'failed' : 'sent';
}
