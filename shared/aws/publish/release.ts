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
import type { Table } from '#shared/aws/store/table';
import type { Pacing } from '#shared/connector/declaration';
import type { MetaItem } from '#shared/table/items';
import type { EntryState } from '#shared/table/state';
import type { PublishTarget } from './publish.ts';
import { requestSend } from './queues.ts';

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
 * Releases a reply that waits in `due`, if its provider has asked for no long wait and the account has a slot for it
 * soon. If not, it stays for the sweep; a campaign's message goes as an agent's from then on.
 */
export async function release(
  { target, pacingOf, nearSeconds: near }: ReleaseDependencies,
  meta: MetaItem,
  sequence: number,
): Promise<void> {
  const { table, now } = target;
  const place = { conversationId: meta.id, sequence };
  const state = await waitingAsAgents(table, place, now());
  if (!state) return;
  const askedMs = Date.parse(state.delivery?.notBefore ?? '') - now().getTime();
  if (askedMs > near * 1000) return;
  const wanted = { now: now(), count: 1, withinMs: near * 1000 };
  const { slots } = await reserveSlots(table, meta, pacingOf(meta), wanted);
  const [slotMs] = slots;
  if (slotMs !== undefined) await putOnQueue(target, place, state, isoOf(slotMs));
}

/** The state of a reply that waits; a campaign's message waits as an agent's from now on. */
async function waitingAsAgents(
  table: Table,
  place: Place,
  now: Date,
): Promise<EntryState | undefined> {
  const read = async () => {
    const state = await readState(table, place);
    return state && isWaiting(state) ? state : undefined;
  };
  const state = await read();
  if (!state || dueClassOf(state) !== 'campaign') return state;
  return (await hurry(table, place, state, now.toISOString())) ? read() : undefined;
}

/**
 * Puts the command of a reply on the queue again, and only then takes it out of `due`: a crash in between is followed by
 * the same again. Without a slot the sender takes one itself. Two who release the same waiting at once put one command:
 * its deduplication id is of the waiting, and each time that a reply begins to wait is another one: two of them can end
 * at the same time, and SQS would drop the command of the second.
 */
export async function putOnQueue(
  target: PublishTarget,
  place: Place,
  state: EntryState,
  slotAt?: string,
): Promise<void> {
  const { dueFor: account, delivery, generation } = state;
  const command = {
    ...place,
    ...(slotAt === undefined ? {} : { slotAt }),
    ...(account === undefined ? {} : { account }),
    ...(generation === undefined ? {} : { generation }),
  };
  await requestSend(target.outbound, command, `due.${delivery?.waits ?? 0}`);
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
