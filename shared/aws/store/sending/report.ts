import type { Table } from '#shared/aws/store/table';
import { linkProviderId, type TargetPlace } from '#shared/aws/store/update/target';
import type { Updated } from '#shared/aws/store/update/update';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { statusRank } from '#shared/model/delivery-status';
import type { ConversationItem } from '#shared/table/items';
import { knownParts, partCount } from '#shared/table/parts';
import type { EntryState, PartState } from '#shared/table/state';
import type { StatusRecord } from '#shared/table/update';
import { type Reported, recordOutcome } from './outcome.ts';
import { recordSent } from './record-sent.ts';

/** A provider's report of one part, ready to be applied. */
interface PartReport extends Reported {
  /** The provider's id of the part, if the report names our own id too. */
  readonly teaches: string | undefined;
}

type Status = ChannelUpdate & { readonly kind: 'status' };

export function reportOf(
  { target, recipient, aliases, recipients }: Status,
  { id, occurredAt, metadata, status, errors, consent }: StatusRecord,
  { part }: TargetPlace,
): PartReport {
  const { providerMessageId, messageId } = target;
  const known = providerMessageId === undefined ? {} : { providerMessageId };
  return {
    report: {
      part,
      status,
      errors: [...errors],
      ...known,
      ...(recipient === undefined ? {} : { recipient }),
      ...(aliases === undefined ? {} : { aliases }),
    },
    occasion: { id, occurredAt, metadata, ...known, ...(consent ? { consent } : {}) },
    ...(recipients === undefined ? {} : { recipients }),
    teaches: messageId === undefined ? undefined : providerMessageId,
  };
}

/**
 * Applies a status that one blind write could not: of one part of several, of a member of a group, of a message with a
 * known failure, or of a reply without a recorded outcome, which the status then proves.
 */
export async function applyReport(
  table: Table,
  conversation: ConversationItem,
  place: TargetPlace,
  reported: PartReport,
  entry: EntryState,
): Promise<Applied> {
  const { part, status } = reported.report;
  if (statusRank[status] < statusRank.sent) return { outcome: 'stale', entry };
  if (isUnderWay(entry, part) && provesSent(reported.report)) {
    return recordBy(table, conversation, place, reported);
  }
  await linkOwn(table, conversation, place, reported, entry);
  return record(table, place, reported, entry);
}

interface Applied {
  readonly outcome: Updated['outcome'] | 'settled';
  readonly entry?: EntryState;
}

/** A failure may mean that nothing was sent; for a member of a group it means that the others were sent the message. */
function provesSent({ status, recipient }: PartState): boolean {
  return status !== 'failed' || recipient !== undefined;
}

/** Records and publishes `sent` before any later status. */
async function recordBy(
  table: Table,
  conversation: ConversationItem,
  place: TargetPlace,
  reported: PartReport,
): Promise<Applied> {
  const { part, status, recipient, providerMessageId } = reported.report;
  const id = providerMessageId === undefined ? {} : { providerMessageId };
  const evidence = { part, at: reported.occasion.occurredAt, ...id };
  const entry = await recordSent(table, conversation, place.sequence, evidence);
  if (status === 'sent' && recipient === undefined && !reported.recipients)
    return { outcome: 'settled', entry };
  return { ...(await record(table, place, reported)), outcome: 'settled' };
}

/** Records the report. `known` is the state as just read. */
function record(
  table: Table,
  place: TargetPlace,
  reported: PartReport,
  known?: EntryState,
): Promise<Updated> {
  const { part } = reported.report;
  const reportOf = (now: EntryState) => (canBeReported(now, part) ? reported : undefined);
  return recordOutcome(table, place, reportOf, known);
}

/** Links the provider id before one part of several takes it: after a crash in between, all of it is repeated. */
async function linkOwn(
  table: Table,
  conversation: ConversationItem,
  place: TargetPlace,
  { teaches, report, occasion }: PartReport,
  entry: EntryState,
): Promise<void> {
  if (teaches === undefined || partCount(entry) === 1 || knows(entry, report)) return;
  await linkProviderId(table, conversation, place, teaches, occasion.occurredAt);
}

function isUnderWay({ delivery }: EntryState, part: number): boolean {
  return delivery?.part === part && !isOver(delivery.state);
}

function knows(entry: EntryState, { part, providerMessageId }: PartState): boolean {
  return knownParts(entry).some(
    (known) => known.part === part && known.providerMessageId === providerMessageId,
  );
}

/** Accepts reports only of a part that may have left, and of a message that has a status at all. */
function canBeReported(entry: EntryState, part: number): boolean {
  const { status, delivery } = entry;
  if (status === undefined || part >= partCount(entry)) return false;
  return !delivery || isOver(delivery.state) || part <= delivery.part;
}

const isOver = (state: string) => state === 'sent' || state === 'failed';
