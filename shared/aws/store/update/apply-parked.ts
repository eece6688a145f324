import { atMost } from '#shared/at-most';
import { ownIdOf } from '#shared/aws/store/append/thread';
import { readConversation, readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';
import {
  type ConversationItem,
  type ParkedUpdate,
  parkedOn,
  ReferenceItem,
} from '#shared/table/items';
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

/** Publishes the changes made so far. */
export type Tell = (changed: Changed) => Promise<void>;

/**
 * Changes in one share: as many as one write may remove from a state (shared/aws/publish/publish.ts). More would only
 * make its writes cost more.
 */
const maxInAShare = 50;
/** Contents of edits to read at once. */
const readsAtOnce = 10;

const leave: Tell = async () => undefined;

/**
 * Applies updates that arrived under a provider's id before it was known whose it is. Called by every path that records
 * a reply as sent: the attempt itself, a status callback, an echo.
 */
export async function joinParked(
  table: Table,
  { connector, account }: Pick<ConversationItem, 'connector' | 'account'>,
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
 * Applies updates that came before their message: the statuses first, joined; then the rest in shares, in order of
 * arrival, each share in one write. `tell` is called between two shares, so that the state never holds more than one.
 * Each update applies once, so a repeat after a crash continues where it stopped. Resolves with the changes of each
 * step; the caller publishes the last one.
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
    conversation: await readConversation(table, place.conversationId),
    isForeign: foreignTo(table, place),
  };
  const isStatus = ({ kind }: ParkedUpdate) => kind === 'status';
  const changed = await applyStatuses(table, waiting, parked.filter(isStatus));
  const others = parked.filter((each) => !isStatus(each));
  for (let start = 0; start < others.length; start += maxInAShare) {
    const last = changed.at(-1);
    if (start > 0 && last) await tell(last);
    const share = others.slice(start, start + maxInAShare);
    changed.push(...(await applyShare(table, waiting, share)));
  }
  return changed;
}

/** The message for which updates wait, and the reference that holds them. */
interface Waiting {
  readonly place: TargetPlace;
  readonly reference: Key;
  readonly conversation: ConversationItem;
  readonly target: ChannelUpdate['target'];
  readonly isForeign: (update: ChannelUpdate) => Promise<boolean>;
  /** The message's time, used for an update without a time of its own. */
  readonly receivedAt: string;
}

/** Reads the parked updates whole, without those that do not belong to the message. */
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

/** Applies statuses in one write if the result is the same, else one after the other, equal ones once. */
async function applyStatuses(
  table: Table,
  waiting: Waiting,
  parked: readonly ParkedUpdate[],
): Promise<Changed[]> {
  const { place, conversation } = waiting;
  const statuses = await received(table, waiting, parked);
  const together = await applyTogether(table, place, statuses);
  if (together) return [{ conversation, entry: together.entry }];
  const changed: Changed[] = [];
  const distinct = Map.groupBy(statuses, ({ update }) => saidBy(update));
  for (const [first] of distinct.values()) {
    if (!first) continue;
    const result = await applyTo(table, place, first.update, first.receivedAt);
    // The alert of one that is about another person is marked: the sweep publishes it.
    if (result.changed && result.outcome !== 'elsewhere') changed.push(result.changed);
  }
  return changed;
}

/** The content of a status without its id and time: a status climbs or changes nothing, so a repeat adds nothing. */
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
  const { place, conversation } = waiting;
  const updates = await received(table, waiting, parked);
  const records = updates.flatMap(({ update, receivedAt }) => {
    const record = recordOf(update, receivedAt);
    return record.kind === 'status' ? [] : [record];
  });
  const { entry }: { readonly entry?: EntryState } = await applyChanges(table, place, records);
  return entry && records.length > 0 ? [{ conversation, entry }] : [];
}
