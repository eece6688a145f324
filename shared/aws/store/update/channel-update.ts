import { readConversation, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate, MessageTarget } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import type { EntryState } from '#shared/table/state';
import {
  applyTo,
  applyTogether,
  type Changed,
  type ChannelUpdated,
  type Together,
} from './apply.ts';
import { joinParked, type Tell, type UpdateOrigin } from './apply-parked.ts';
import { parkUpdates, type ReceivedUpdate } from './park.ts';
import {
  findTarget,
  isForeign,
  keepId,
  linkProviderId,
  type Read,
  type TargetPlace,
  taughtId,
} from './target.ts';

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
 * Applies a provider's updates of one message, in this order, or parks them until the message is known. All have the
 * same target. A status of a reply without a recorded outcome is evidence first: the provider would not report on a
 * message it never got. If many updates had waited for an id that one of these links, `tell` publishes in between.
 * Resolves with the outcome of each.
 */
export async function applyChannelUpdates(
  table: Table,
  { connector, account }: Pick<UpdateOrigin, 'connector' | 'account'>,
  received: readonly ReceivedUpdate[],
  tell?: Tell,
): Promise<ChannelUpdated[]> {
  const target = received[0]?.update.target ?? {};
  const find = (reads: readonly Read[]) => findTarget(table, connector, account, target, reads);
  // The condition of the parking write replaces a second read.
  let place = await find(['eventual']);
  if (!place) {
    if (await parkUpdates(table, connector, account, received)) {
      return received.map(() => ({ outcome: 'parked' }));
    }
    place = await find(['consistent']);
  }
  if (!place) throw new ConnectorError('unavailable', 'a reference points at no entry');
  return applyAll(table, place, received, tell);
}

/** Applies all in one write if the result is the same, else one after the other. */
async function applyAll(
  table: Table,
  place: TargetPlace,
  received: readonly ReceivedUpdate[],
  tell: Tell | undefined,
): Promise<ChannelUpdated[]> {
  const together = await applyTogether(table, place, received);
  if (together) return joinAll(table, place, received, together, tell);
  const results: ChannelUpdated[] = [];
  for (const each of received) results.push(await applyAt(table, place, each, tell));
  return results;
}

/** Does the further work of each update once for all of them. */
async function joinAll(
  table: Table,
  place: TargetPlace,
  [first]: readonly ReceivedUpdate[],
  { entry, outcomes }: Together,
  tell: Tell | undefined,
): Promise<ChannelUpdated[]> {
  if (!first) return [];
  const conversation = await readConversation(table, place.conversationId, false);
  const outcome = outcomes.find((each) => each === 'stale') ?? 'applied';
  const { update, receivedAt } = first;
  const joined = await joinOwn(table, { conversation, entry }, place, update.target, {
    ...{ outcome, receivedAt, tell },
  });
  const changed = { conversation, entry: joined ?? entry };
  return outcomes.map((each) => ({ outcome: each, changed }));
}

async function applyAt(
  table: Table,
  place: TargetPlace,
  { update, receivedAt }: ReceivedUpdate,
  tell: Tell | undefined,
): Promise<ChannelUpdated> {
  if (await isForeign(table, place, update)) return { outcome: 'elsewhere' };
  const applied = await applyTo(table, place, update, receivedAt);
  if (applied.outcome === 'elsewhere') {
    if (applied.changed) await tell?.(applied.changed);
    return { outcome: 'elsewhere' };
  }
  if (update.kind !== 'status' || !applied.changed) return applied;
  const { outcome, changed } = applied;
  const entry = await joinOwn(table, changed, place, update.target, {
    ...{ outcome, receivedAt, tell },
  });
  return {
    outcome,
    changed: { conversation: changed.conversation, entry: entry ?? changed.entry },
  };
}

/** The outcome of a status, its time, and the function that publishes meanwhile. */
interface Occasion {
  readonly outcome: ChannelUpdated['outcome'];
  readonly receivedAt: string;
  readonly tell: Tell | undefined;
}

/**
 * Applies updates parked under the provider's id of a status, if that may not have happened: the status links the id,
 * or its sending was already recorded by a caller that may have died before doing it.
 */
async function joinOwn(
  table: Table,
  { conversation, entry }: Changed,
  place: TargetPlace,
  { messageId, providerMessageId: id }: MessageTarget,
  { outcome, receivedAt, tell }: Occasion,
): Promise<EntryState | undefined> {
  const taught = messageId === undefined ? undefined : taughtId(entry, id);
  if (taught !== undefined) await linkProviderId(table, conversation, place, taught, receivedAt);
  const isBehind = outcome === 'stale' || outcome === 'settled';
  const isJoined = isBehind || taught !== undefined;
  const joined = isJoined ? await joinParked(table, conversation, id, receivedAt, tell) : [];
  if (taught !== undefined) await keepId(table, place, taught);
  return joined.at(-1)?.entry;
}
