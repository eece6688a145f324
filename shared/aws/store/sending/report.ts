import type { Table } from '#shared/aws/store/table';
import { learnId, type TargetPlace } from '#shared/aws/store/update/target';
import type { Updated } from '#shared/aws/store/update/update';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { statusRank } from '#shared/model/delivery-status';
import type { MetaItem } from '#shared/table/items';
import { knownParts, partCount } from '#shared/table/parts';
import type { EntryState, PartState } from '#shared/table/state';
import type { StatusRecord } from '#shared/table/update';
import { type Reported, recordOutcome } from './outcome.ts';
import { settleSent } from './settle-sent.ts';

/** A provider's report of one part, ready to be applied. */
interface PartReport extends Reported {
  /** The provider's id of the part, where our own stands beside it. */
  readonly teaches: string | undefined;
}

export function reportOf(
  { target, recipient, aliases }: ChannelUpdate & { kind: 'status' },
  { id, occurredAt, metadata, status, errors }: StatusRecord,
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
    occasion: { id, occurredAt, metadata, ...known },
    teaches: messageId === undefined ? undefined : providerMessageId,
  };
}

/**
 * Applies a status that one blind write could not: of one part of several, of a member of a group, of a message of
 * which a failure is known, or of a reply whose sending is not settled, which it then settles.
 */
export async function applyReport(
  table: Table,
  meta: MetaItem,
  place: TargetPlace,
  reported: PartReport,
  entry: EntryState,
): Promise<Applied> {
  const { part, status } = reported.report;
  if (statusRank[status] < statusRank.sent) return { outcome: 'stale', entry };
  if (isUnderWay(entry, part) && provesSent(reported.report)) {
    return settleBy(table, meta, place, reported);
  }
  await learnOwn(table, meta, place, reported, entry);
  return record(table, place, reported, entry);
}

interface Applied {
  readonly outcome: Updated['outcome'] | 'settled';
  readonly entry?: EntryState;
}

/** A failure may mean that nothing left; of a member of a group, it means that the message was sent to the others. */
function provesSent({ status, recipient }: PartState): boolean {
  return status !== 'failed' || recipient !== undefined;
}

/** `sent` is told before what came after it. */
async function settleBy(
  table: Table,
  meta: MetaItem,
  place: TargetPlace,
  reported: PartReport,
): Promise<Applied> {
  const { part, status, recipient, providerMessageId } = reported.report;
  const id = providerMessageId === undefined ? {} : { providerMessageId };
  const evidence = { part, at: reported.occasion.occurredAt, ...id };
  const entry = await settleSent(table, meta, place.sequence, evidence);
  if (status === 'sent' && recipient === undefined) return { outcome: 'settled', entry };
  return { ...(await record(table, place, reported)), outcome: 'settled' };
}

/** `known` is the state as it was just read. */
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

/** Before a part of several takes its provider's id, that points at it: a crash in between is repeated whole. */
async function learnOwn(
  table: Table,
  meta: MetaItem,
  place: TargetPlace,
  { teaches, report, occasion }: PartReport,
  entry: EntryState,
): Promise<void> {
  if (teaches === undefined || partCount(entry) === 1 || knows(entry, report)) return;
  await learnId(table, meta, place, teaches, occasion.occurredAt);
}

function isUnderWay({ delivery }: EntryState, part: number): boolean {
  return delivery?.part === part && !isOver(delivery.state);
}

function knows(entry: EntryState, { part, providerMessageId }: PartState): boolean {
  return knownParts(entry).some(
    (known) => known.part === part && known.providerMessageId === providerMessageId,
  );
}

/** Of a part that has left, of a message that has a status at all. */
function canBeReported(entry: EntryState, part: number): boolean {
  const { status, delivery } = entry;
  if (status === undefined || part >= partCount(entry)) return false;
  return !delivery || isOver(delivery.state) || part <= delivery.part;
}

const isOver = (state: string) => state === 'sent' || state === 'failed';
