import { putOnQueue, type ReleaseDependencies } from '#shared/aws/publish/release';
import { placeOf } from '#shared/aws/store/due/check-due';
import type { DueItem } from '#shared/aws/store/due/due';
import {
  firstWaiting,
  giveUpAfterSeconds,
  isWaiting,
  leaveWaiting,
} from '#shared/aws/store/sending/wait';
import { type Place, readState } from '#shared/aws/store/state';
import { readConversation, type Table } from '#shared/aws/store/table';
import type { EntryState } from '#shared/table/state';
import type { SlotsOfAccounts } from './account-slots.ts';

/** The wait, in seconds, after which the reply before it is checked too: that may be over without having said so. */
const suspiciousSeconds = 60;

/**
 * Releases one reply that waits, if its account has a slot in the near time. Only the first of its conversation: the
 * others follow, each when the one before it is done. False where it stays.
 */
export async function releaseWaiting(
  dependencies: ReleaseDependencies,
  accounts: SlotsOfAccounts,
  item: DueItem,
): Promise<boolean> {
  const { target } = dependencies;
  const { dueFor = '' } = item;
  const waitedSeconds = (target.now().getTime() - Date.parse(item.dueAt)) / 1000;
  if (waitedSeconds < giveUpAfterSeconds && !accounts.mayHave(dueFor)) return false;
  const place = placeOf(item);
  const state = await firstOfConversation(dependencies, place, waitedSeconds);
  if (!state) return false;
  if (waitedSeconds >= giveUpAfterSeconds && state.delivery?.part === 0) {
    // The sender says that it was not sent in time.
    await putOnQueue(target, place, state);
    return true;
  }
  const slotAt = await accounts.next(dueFor);
  if (slotAt === undefined) return false;
  await putOnQueue(target, place, state, slotAt);
  return true;
}

/** The state of a reply that still waits, if none of its conversation waits before it. */
export async function firstOfConversation(
  { target }: ReleaseDependencies,
  place: Place,
  waitedSeconds: number,
): Promise<EntryState | undefined> {
  const { table } = target;
  const [conversation, state] = await Promise.all([
    readConversation(table, place.conversationId),
    readState(table, place),
  ]);
  if (!state || !isWaiting(state)) return undefined;
  const first = firstWaiting(conversation) ?? place.sequence;
  if (first >= place.sequence) return state;
  if (waitedSeconds > suspiciousSeconds) {
    await forgetIfOver(table, { ...place, sequence: first });
  }
  return undefined;
}

/** Removes a reply that is over from those that wait: a crash can leave its number behind. */
async function forgetIfOver(table: Table, place: Place): Promise<void> {
  const state = await readState(table, place);
  if (state?.delivery?.state === 'accepted' || state?.delivery?.state === 'sending') return;
  await leaveWaiting(table, place);
}
