import { dueClassOf } from '#shared/aws/store/due/due';
import type { SendingAccount } from '#shared/aws/store/sending/pause';
import { reserveSlots } from '#shared/aws/store/sending/slots';
import {
  firstWaiting,
  hurry,
  isWaiting,
  leaveWaiting,
  stopWaiting,
} from '#shared/aws/store/sending/wait';
import { type Place, readState } from '#shared/aws/store/state';
import type { Pacing } from '#shared/connector/declaration';
import type { MetaItem } from '#shared/table/items';
import type { EntryState } from '#shared/table/state';
import { requestSend } from './outbound-queue.ts';
import type { PublishTarget } from './publish.ts';

export interface ReleaseDependencies {
  readonly target: PublishTarget;
  /** How fast an account may send; undefined where its provider sets no pace. */
  readonly pacingOf: (account: SendingAccount) => Pacing | undefined;
  /**
   * What can go within this time waits on `outbound.fifo`, everything later in `due`. SQS looks for free groups among
   * the first 120,000 messages only.
   */
  readonly nearSeconds: number;
}

/** A moment as commands and items carry it; never before the slot. */
export function isoOf(ms: number): string {
  return new Date(Math.ceil(ms)).toISOString();
}

/**
 * Releases a reply that waits in `due`, if the account has a slot for it soon. If not, it stays for the sweep; a
 * campaign's message goes as an agent's from then on.
 */
export async function release(
  { target, pacingOf, nearSeconds: near }: ReleaseDependencies,
  meta: MetaItem,
  sequence: number,
): Promise<void> {
  const { table, now } = target;
  const place = { conversationId: meta.id, sequence };
  let state = await readState(table, place);
  if (!state || !isWaiting(state)) return;
  if (dueClassOf(state) === 'campaign') {
    if (!(await hurry(table, place, state, now().toISOString()))) return;
    state = await readState(table, place);
    if (!state || !isWaiting(state)) return;
  }
  const wanted = { now: now(), count: 1, withinMs: near * 1000 };
  const { slots } = await reserveSlots(table, meta, pacingOf(meta), wanted);
  const [slotMs] = slots;
  if (slotMs !== undefined) await putOnQueue(target, place, state, isoOf(slotMs));
}

/**
 * Puts the command of a reply on the queue again, and only then takes it out of `due`: a crash in between is followed by
 * the same again. Without a slot the sender takes one itself. Two who release the same waiting at once put one command:
 * its deduplication id is of the waiting. A campaign's message keeps its place in `due` each time it comes back there,
 * so the time that it was given tells one waiting from another.
 */
export async function putOnQueue(
  target: PublishTarget,
  place: Place,
  state: EntryState,
  slotAt?: string,
): Promise<void> {
  const { dueFor: account, dueAt, generation } = state;
  const command = {
    ...place,
    ...(slotAt === undefined ? {} : { slotAt }),
    ...(account === undefined ? {} : { account }),
    ...(generation === undefined ? {} : { generation }),
  };
  const isCampaigns = dueClassOf(state) === 'campaign';
  await requestSend(target.outbound, command, `due.${dueAt}${isCampaigns ? `.${slotAt}` : ''}`);
  await stopWaiting(target.table, place, state);
}

/**
 * After a reply that holds nothing back any more: the next one of its conversation that waits in `due` may go. Costs
 * nothing where none does.
 */
export async function passOn(
  dependencies: ReleaseDependencies,
  meta: MetaItem,
  sequence: number,
): Promise<void> {
  if (firstWaiting(meta) === undefined) return;
  const place = { conversationId: meta.id, sequence };
  const waiting = meta.waiting?.has(sequence)
    ? new Set(await leaveWaiting(dependencies.target.table, place))
    : meta.waiting;
  const next = firstWaiting({ waiting });
  if (next !== undefined) await release(dependencies, meta, next);
}
