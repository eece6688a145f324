import { applyReport, reportOf } from '#shared/aws/store/sending/report';
import { readState } from '#shared/aws/store/state';
import { readMeta, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import type { MetaItem } from '#shared/table/items';
import type { EntryState } from '#shared/table/state';
import type { OtherRecord, StatusRecord } from '#shared/table/update';
import { applyUpdate } from './apply-changes.ts';
import type { TargetPlace } from './park.ts';
import { applyStatuses, type Updated } from './update.ts';
import { recordOf } from './update-record.ts';

/** What may have to be published. */
export interface Changed {
  readonly meta: MetaItem;
  readonly entry: EntryState;
}

export interface ChannelUpdated {
  /** `elsewhere`: somebody named a message that is not theirs to change; nothing is changed. */
  readonly outcome: Updated['outcome'] | 'parked' | 'settled' | 'elsewhere';
  /** Absent where nothing is known yet. */
  readonly changed?: Changed;
}

/** Applies an update to the message that it names. */
export async function applyTo(
  table: Table,
  place: TargetPlace,
  update: ChannelUpdate,
  receivedAt: string,
): Promise<ChannelUpdated> {
  const record = recordOf(update, receivedAt);
  const first = await firstTry(table, place, update, record);
  if (!first.entry) return { outcome: 'missing' };
  const meta = await readMeta(table, place.conversationId, false);
  const { outcome, entry } =
    first.outcome === 'stale' && update.kind === 'status' && record.kind === 'status'
      ? await applyReport(table, meta, place, reportOf(update, record, place), first.entry)
      : first;
  return { outcome, ...(entry ? { changed: { meta, entry } } : {}) };
}

/** A status in one blind write, except where that is known to be refused. */
async function firstTry(
  table: Table,
  place: TargetPlace,
  update: ChannelUpdate,
  record: OtherRecord | StatusRecord,
): Promise<Updated> {
  if (record.kind !== 'status') return applyUpdate(table, place, record);
  const isOfMember = update.kind === 'status' && update.recipient !== undefined;
  const isBlind = place.isReply && place.part === 0 && !isOfMember;
  if (isBlind) return applyStatuses(table, place, [record]);
  const entry = await readState(table, place);
  return entry ? { outcome: 'stale', entry } : { outcome: 'missing' };
}
