import type { ChannelMessage, ChannelUpdate, MessageTarget } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { type MetaItem, type ParkedUpdate, ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import { parkedOn } from '#shared/table/parked';
import type { EntryState } from '#shared/table/state';
import type { OtherRecord, StatusRecord } from '#shared/table/update';
import { applyTogether, type Together } from './apply-together.ts';
import { isForeign } from './foreign-update.ts';
import { keepId, learnId, taughtId } from './learn-id.ts';
import {
  findTarget,
  parkUpdates,
  type Read,
  type ReceivedUpdate,
  type TargetPlace,
} from './park.ts';
import { wholeParked } from './parked-edits.ts';
import { applyReport, reportOf } from './report.ts';
import { readState } from './state.ts';
import { readItem, readMeta, type Table } from './table.ts';
import { ownIdOf } from './thread.ts';
import { applyStatuses, applyUpdate, type Updated } from './update.ts';
import { recordOf } from './update-record.ts';

export interface UpdateOrigin {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
}

export interface ChannelUpdated {
  /** `elsewhere`: somebody named a message that is not theirs to change; nothing is changed. */
  readonly outcome: Updated['outcome'] | 'parked' | 'settled' | 'elsewhere';
  /** What may have to be published; absent where nothing is known yet. */
  readonly changed?: { readonly meta: MetaItem; readonly entry: EntryState };
}

/** Applies one update, or parks it: see `applyChannelUpdates`. */
export async function applyChannelUpdate(
  table: Table,
  { receivedAt, ...account }: UpdateOrigin,
  update: ChannelUpdate,
): Promise<ChannelUpdated> {
  const [applied] = await applyChannelUpdates(table, account, [{ update, receivedAt }]);
  if (!applied) throw new Error('an update without an outcome');
  return applied;
}

/**
 * Applies what a provider tells about one message, in this order, or parks it until the message is known. All of it has
 * the same target. A status of a reply whose sending is not settled is evidence first: the provider would not report
 * on what it never got. Resolves with the outcome of each.
 */
export async function applyChannelUpdates(
  table: Table,
  { connector, account }: Pick<UpdateOrigin, 'connector' | 'account'>,
  received: readonly ReceivedUpdate[],
): Promise<ChannelUpdated[]> {
  const target = received[0]?.update.target ?? {};
  const find = (reads: readonly Read[]) => findTarget(table, connector, account, target, reads);
  // The condition of parking is the second look.
  let place = await find(['eventual']);
  if (!place) {
    if (await parkUpdates(table, connector, account, received)) {
      return received.map(() => ({ outcome: 'parked' }));
    }
    place = await find(['consistent']);
  }
  if (!place) throw new ConnectorError('unavailable', 'a reference points at no entry');
  return applyAll(table, place, received);
}

/** In one write where that says the same, else one after the other. */
async function applyAll(
  table: Table,
  place: TargetPlace,
  received: readonly ReceivedUpdate[],
): Promise<ChannelUpdated[]> {
  const together = await applyTogether(table, place, received);
  if (together) return joinAll(table, place, received, together);
  const results: ChannelUpdated[] = [];
  for (const each of received) results.push(await applyAt(table, place, each));
  return results;
}

/** Does once for all of them what each would have done besides. */
async function joinAll(
  table: Table,
  place: TargetPlace,
  [first]: readonly ReceivedUpdate[],
  { entry, outcomes }: Together,
): Promise<ChannelUpdated[]> {
  if (!first) return [];
  const meta = await readMeta(table, place.conversationId, false);
  const outcome = outcomes.find((each) => each === 'stale') ?? 'applied';
  const { update, receivedAt } = first;
  const joined = await joinOwn(table, { meta, entry }, place, update.target, {
    outcome,
    receivedAt,
  });
  const changed = { meta, entry: joined ?? entry };
  return outcomes.map((each) => ({ outcome: each, changed }));
}

async function applyAt(
  table: Table,
  place: TargetPlace,
  { update, receivedAt }: ReceivedUpdate,
): Promise<ChannelUpdated> {
  if (await isForeign(table, place, update)) return { outcome: 'elsewhere' };
  const applied = await applyTo(table, place, update, receivedAt);
  if (update.kind !== 'status' || !applied.changed) return applied;
  const { outcome, changed } = applied;
  const entry = await joinOwn(table, changed, place, update.target, { outcome, receivedAt });
  return { outcome, changed: { meta: changed.meta, entry: entry ?? changed.entry } };
}

/**
 * Applies what was parked under the provider's id of a status, where it may not have been: the status teaches the
 * id, or it found its sending settled by somebody who may have died before doing it.
 */
async function joinOwn(
  table: Table,
  { meta, entry }: NonNullable<ChannelUpdated['changed']>,
  place: TargetPlace,
  { messageId, providerMessageId: id }: MessageTarget,
  { outcome, receivedAt }: { readonly outcome: ChannelUpdated['outcome']; receivedAt: string },
): Promise<EntryState | undefined> {
  const taught = messageId === undefined ? undefined : taughtId(entry, id);
  if (taught !== undefined) await learnId(table, meta, place, taught, receivedAt);
  const isBehind = outcome === 'stale' || outcome === 'settled';
  const isJoined = isBehind || taught !== undefined;
  const joined = isJoined ? await joinParked(table, meta, id, receivedAt) : [];
  if (taught !== undefined) await keepId(table, place, taught);
  return joined.at(-1)?.entry;
}

/** Applies an update to the message that it names. */
async function applyTo(
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

/**
 * Applies what had come for a provider's id before anybody here knew whose it is. Whoever settles a sending calls
 * it: the attempt itself, a status callback, an echo.
 */
export async function joinParked(
  table: Table,
  { connector, account }: Pick<MetaItem, 'connector' | 'account'>,
  providerMessageId: string | undefined,
  receivedAt: string,
): Promise<{ readonly meta: MetaItem; readonly entry: EntryState }[]> {
  if (providerMessageId === undefined) return [];
  const key = referenceKey(connector, account, providerMessageId);
  const parked = parkedOn(await readItem(table, ReferenceItem, key, true), providerMessageId);
  const origin = { connector, account, receivedAt };
  return applyParked(table, origin, parked, { providerMessageId });
}

/** Applies what had come before its message. Each applies once, so that doing it again after a crash is harmless. */
export async function applyParked(
  table: Table,
  { connector, account, receivedAt }: UpdateOrigin,
  parked: readonly ParkedUpdate[],
  message: Pick<ChannelMessage, 'deduplicationId' | 'providerMessageId'>,
): Promise<{ readonly meta: MetaItem; readonly entry: EntryState }[]> {
  if (parked.length === 0) return [];
  const target = { providerMessageId: message.providerMessageId };
  const place = await findTarget(table, connector, account, target);
  if (!place) return [];
  const reference = referenceKey(connector, account, ownIdOf(message));
  const changed = [];
  for (const each of parked) {
    const whole = await wholeParked(table, reference, each);
    const at = typeof each['receivedAt'] === 'string' ? each['receivedAt'] : receivedAt;
    // Parked as `parse` gave it; only the target is now known for certain.
    const update = { ...whole, target } as unknown as ChannelUpdate;
    const isOurs = whole !== undefined && !(await isForeign(table, place, update));
    const result = isOurs ? await applyTo(table, place, update, at) : undefined;
    if (result?.changed) changed.push(result.changed);
  }
  return changed;
}
