import type { ChannelMessage, ChannelUpdate, MessageTarget } from '#shared/connector/channel-event';
import { statusRank } from '#shared/model/delivery-status';
import { identityKey } from '#shared/model/identity';
import {
  type EntryItem,
  type MetaItem,
  type ParkedUpdate,
  ReferenceItem,
  type UpdateRecord,
} from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import { memberAs, personAs } from './author.ts';
import { keepId, learnId, taughtId } from './learn-id.ts';
import { findTarget, parkUpdate, type TargetPlace } from './park.ts';
import { settleFailed } from './settle.ts';
import { settleSent } from './settle-sent.ts';
import { readEntry, readItem, readMeta, type Table } from './table.ts';
import { applyUpdate, recordAnomaly, type Updated } from './update.ts';

export interface UpdateOrigin {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
}

export interface ChannelUpdated {
  /** `elsewhere`: a member of a group named a message of another conversation; nothing is changed. */
  readonly outcome: Updated['outcome'] | 'parked' | 'settled' | 'elsewhere';
  /** What may have to be published; absent where nothing is known yet. */
  readonly changed?: { readonly meta: MetaItem; readonly entry: EntryItem };
}

/**
 * Applies what a provider tells about a message, or parks it until the message is known. A status of a reply whose
 * sending is not settled is evidence first: the provider would not report on what it never got.
 */
export async function applyChannelUpdate(
  table: Table,
  origin: UpdateOrigin,
  update: ChannelUpdate,
): Promise<ChannelUpdated> {
  const { connector, account, receivedAt } = origin;
  const place = await findTarget(table, connector, account, update.target);
  if (!place) {
    const parked = await parkUpdate(table, connector, account, update, receivedAt);
    return parked ? { outcome: 'parked' } : applyChannelUpdate(table, origin, update);
  }
  if (await isOfAnotherGroup(table, place, update)) return { outcome: 'elsewhere' };
  const record = recordOf(update, receivedAt);
  const first = await applyUpdate(table, place, record);
  if (first.outcome === 'missing') return { outcome: 'missing' };
  const meta = await readMeta(table, place.conversationId, false);
  const result =
    first.outcome === 'stale' && record.kind === 'status'
      ? await reconsider(table, meta, place, record, first)
      : first;
  const entry =
    update.kind === 'status'
      ? await taught(table, meta, place, update.target, { entry: result.entry, receivedAt })
      : result.entry;
  return { outcome: result.outcome, ...(entry ? { changed: { meta, entry } } : {}) };
}

/** What is done in a group changes messages of this group only, whichever message it names. */
async function isOfAnotherGroup(
  table: Table,
  { conversationId }: TargetPlace,
  { group }: ChannelUpdate,
): Promise<boolean> {
  if (group === undefined) return false;
  const { customerIdentities } = await readMeta(table, conversationId, false);
  return !customerIdentities.some((each) => identityKey(each) === identityKey(group));
}

/** The entry as it stands once the status has taught us what the provider calls the message, where it does. */
async function taught(
  table: Table,
  meta: MetaItem,
  place: TargetPlace,
  { messageId, providerMessageId }: MessageTarget,
  { entry, receivedAt }: { readonly entry: EntryItem | undefined; readonly receivedAt: string },
): Promise<EntryItem | undefined> {
  const id = messageId === undefined ? undefined : taughtId(entry, providerMessageId);
  if (id === undefined || entry === undefined) return entry;
  await learnId(table, meta, place, id);
  const joined = await joinParked(table, meta, id, receivedAt);
  await keepId(table, entry, place, id);
  return joined.at(-1)?.entry ?? entry;
}

/** Why a status did not apply: the sending is not settled, the message is further on, or the two contradict. */
async function reconsider(
  table: Table,
  meta: MetaItem,
  place: TargetPlace,
  record: UpdateRecord & { kind: 'status' },
  refused: Updated,
): Promise<Omit<ChannelUpdated, 'changed'> & { readonly entry?: EntryItem }> {
  if (isUnsettled(refused.entry)) return settleBy(table, meta, place, record);
  if (record.status === 'failed' && (refused.entry?.statusRank ?? 0) > statusRank.failed) {
    await recordAnomaly(table, place, record);
  }
  // Whoever settled the sending may have died before he joined what was parked.
  const joined = await joinParked(table, meta, record.providerMessageId, record.occurredAt);
  const entry = joined.at(-1)?.entry ?? refused.entry;
  return { outcome: refused.outcome, ...(entry ? { entry } : {}) };
}

function isUnsettled(entry: EntryItem | undefined): boolean {
  const state = entry?.delivery?.state;
  return state === 'accepted' || state === 'sending' || state === 'uncertain';
}

async function settleBy(
  table: Table,
  meta: MetaItem,
  place: TargetPlace,
  record: UpdateRecord & { kind: 'status' },
): Promise<Omit<ChannelUpdated, 'changed'> & { readonly entry?: EntryItem }> {
  const { occurredAt: at, providerMessageId, errors, status } = record;
  if (status === 'failed') {
    const error = errors[0] ?? { code: 'provider_failed', title: 'failed', retryable: false };
    await settleFailed(table, place, { error, at });
    const entry = await readEntry(table, place.conversationId, place.sequence);
    return { outcome: 'settled', ...(entry ? { entry } : {}) };
  }
  if (statusRank[status] < statusRank.sent) return { outcome: 'stale' };
  const entry = await settleSent(table, meta, place.sequence, {
    part: place.part,
    at,
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
  });
  const joined = await joinParked(table, meta, providerMessageId, at);
  // Of several parts only the last one speaks for the message.
  if (status === 'sent' || isUnsettled(entry)) {
    return { outcome: 'settled', entry: joined.at(-1)?.entry ?? entry };
  }
  return applyUpdate(table, place, record);
}

function recordOf(update: ChannelUpdate, receivedAt: string): UpdateRecord {
  const base = { id: update.id, occurredAt: update.occurredAt ?? receivedAt };
  switch (update.kind) {
    case 'status': {
      const { status, errors = [], metadata = {}, target } = update;
      const { providerMessageId } = target;
      const known = providerMessageId === undefined ? {} : { providerMessageId };
      return { ...base, ...known, kind: 'status', status, errors: [...errors], metadata };
    }
    case 'reaction': {
      const author = update.group ? memberAs(update.customer) : personAs(update.customer);
      return { ...base, kind: 'reaction', emoji: update.emoji, author };
    }
    case 'edit':
      return { ...base, kind: 'edit', content: update.content, text: update.text };
    case 'deletion':
      return { ...base, kind: 'deletion' };
  }
}

/**
 * Applies what had come for a provider's id before anybody here knew whose it is. Whoever settles a sending calls
 * it: the attempt itself, a status callback, an echo.
 */
export async function joinParked(
  table: Table,
  { connector, account }: MetaItem,
  providerMessageId: string | undefined,
  receivedAt: string,
): Promise<{ readonly meta: MetaItem; readonly entry: EntryItem }[]> {
  if (providerMessageId === undefined) return [];
  const key = referenceKey(connector, account, providerMessageId);
  const { parked = [] } = (await readItem(table, ReferenceItem, key, true)) ?? {};
  const origin = { connector, account, receivedAt };
  return applyParked(table, origin, parked, { providerMessageId });
}

/** Applies what had come before its message. Each applies once, so that doing it again after a crash is harmless. */
export async function applyParked(
  table: Table,
  origin: UpdateOrigin,
  parked: readonly ParkedUpdate[],
  { providerMessageId }: Pick<ChannelMessage, 'providerMessageId'>,
): Promise<{ readonly meta: MetaItem; readonly entry: EntryItem }[]> {
  const changed = [];
  for (const each of parked) {
    // Parked as `parse` gave it; only the target is now known for certain.
    const update = { ...each, target: { providerMessageId } } as unknown as ChannelUpdate;
    const receivedAt =
      typeof each['receivedAt'] === 'string' ? each['receivedAt'] : origin.receivedAt;
    const result = await applyChannelUpdate(table, { ...origin, receivedAt }, update);
    if (result.changed) changed.push(result.changed);
  }
  return changed;
}
