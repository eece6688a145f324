import { atMost } from '#shared/at-most';
import { ownIdOf } from '#shared/aws/store/append/thread';
import { readItem, readMeta, type Table } from '#shared/aws/store/table';
import type { ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';
import { type MetaItem, type ParkedUpdate, parkedOn, ReferenceItem } from '#shared/table/items';
import { type Key, referenceKey } from '#shared/table/keys';
import type { EntryState } from '#shared/table/state';
import { applyTo, applyTogether, type Changed, recordOf } from './apply.ts';
import { applyChanges } from './apply-changes.ts';
import { type ReceivedUpdate, wholeParked } from './park.ts';
import { findTarget, foreignTo, type TargetPlace } from './target.ts';

export interface UpdateOrigin {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
}

/** Publishes what was changed so far. */
export type Tell = (changed: Changed) => Promise<void>;

/** As many changes as leave a state in one write (shared/aws/publish/publish.ts): more of them only make its writes dearer. */
const mostInAShare = 50;
/** Contents of edits that are read at once. */
const readsAtOnce = 10;

const leave: Tell = async () => undefined;

/**
 * Applies what had come for a provider's id before anybody here knew whose it is. Whoever settles a sending calls
 * it: the attempt itself, a status callback, an echo.
 */
export async function joinParked(
  table: Table,
  { connector, account }: Pick<MetaItem, 'connector' | 'account'>,
  providerMessageId: string | undefined,
  receivedAt: string,
  tell: Tell = leave,
): Promise<Changed[]> {
  if (providerMessageId === undefined) return [];
  const key = referenceKey(connector, account, providerMessageId);
  const parked = parkedOn(await readItem(table, ReferenceItem, key, true), providerMessageId);
  const origin = { connector, account, receivedAt };
  return applyParked(table, origin, parked, { providerMessageId }, tell);
}

/**
 * Applies what had come before its message: the statuses first, joined; then the rest in shares, in the order in which
 * it came, each share in one write. `tell` is called between two shares, so that the state never holds more than one.
 * Each update applies once, so that doing it again after a crash goes on where that one stood. Resolves with what each
 * step has changed; the last one is left to the caller to publish.
 */
export async function applyParked(
  table: Table,
  { connector, account, receivedAt }: UpdateOrigin,
  parked: readonly ParkedUpdate[],
  message: Pick<ChannelMessage, 'deduplicationId' | 'providerMessageId'>,
  tell: Tell = leave,
): Promise<Changed[]> {
  if (parked.length === 0) return [];
  const target = { providerMessageId: message.providerMessageId };
  const place = await findTarget(table, connector, account, target);
  if (!place) return [];
  const waiting: Waiting = {
    ...{ place, receivedAt, target },
    reference: referenceKey(connector, account, ownIdOf(message)),
    meta: await readMeta(table, place.conversationId),
    isForeign: foreignTo(table, place),
  };
  const isStatus = ({ kind }: ParkedUpdate) => kind === 'status';
  const changed = await applyStatuses(table, waiting, parked.filter(isStatus));
  const others = parked.filter((each) => !isStatus(each));
  for (let start = 0; start < others.length; start += mostInAShare) {
    const last = changed.at(-1);
    if (start > 0 && last) await tell(last);
    const share = others.slice(start, start + mostInAShare);
    changed.push(...(await applyShare(table, waiting, share)));
  }
  return changed;
}

/** The message for which updates wait, and where they do. */
interface Waiting {
  readonly place: TargetPlace;
  readonly reference: Key;
  readonly meta: MetaItem;
  readonly target: ChannelUpdate['target'];
  readonly isForeign: (update: ChannelUpdate) => Promise<boolean>;
  /** Of the message, for what does not say when it came. */
  readonly receivedAt: string;
}

/** The parked updates whole, without those that are none of the message's. */
async function received(
  table: Table,
  { reference, target, isForeign, receivedAt }: Waiting,
  parked: readonly ParkedUpdate[],
): Promise<ReceivedUpdate[]> {
  const wholes = await atMost(readsAtOnce, parked, (each) => wholeParked(table, reference, each));
  const ours: ReceivedUpdate[] = [];
  for (const whole of wholes) {
    if (!whole) continue;
    // Parked as `parse` gave it; only the target is now known for certain.
    const update = { ...whole, target } as unknown as ChannelUpdate;
    const at = typeof whole['receivedAt'] === 'string' ? whole['receivedAt'] : receivedAt;
    if (!(await isForeign(update))) ours.push({ update, receivedAt: at });
  }
  return ours;
}

/** In one write where that says the same, else one after the other, those that say the same once. */
async function applyStatuses(
  table: Table,
  waiting: Waiting,
  parked: readonly ParkedUpdate[],
): Promise<Changed[]> {
  const { place, meta } = waiting;
  const statuses = await received(table, waiting, parked);
  const together = await applyTogether(table, place, statuses);
  if (together) return [{ meta, entry: together.entry }];
  const changed: Changed[] = [];
  const distinct = Map.groupBy(statuses, ({ update }) => saidBy(update));
  for (const [first] of distinct.values()) {
    if (!first) continue;
    const result = await applyTo(table, place, first.update, first.receivedAt);
    if (result.changed) changed.push(result.changed);
  }
  return changed;
}

/** What a status says, apart from when and how often: it climbs or changes nothing, so the second one is no news. */
function saidBy(update: ChannelUpdate): string {
  if (update.kind !== 'status') return update.id;
  const { status, errors, recipient, aliases } = update;
  return JSON.stringify([status, errors, recipient, aliases]);
}

async function applyShare(
  table: Table,
  waiting: Waiting,
  parked: readonly ParkedUpdate[],
): Promise<Changed[]> {
  const { place, meta } = waiting;
  const updates = await received(table, waiting, parked);
  const records = updates.flatMap(({ update, receivedAt }) => {
    const record = recordOf(update, receivedAt);
    return record.kind === 'status' ? [] : [record];
  });
  const { entry }: { readonly entry?: EntryState } = await applyChanges(table, place, records);
  return entry && records.length > 0 ? [{ meta, entry }] : [];
}
