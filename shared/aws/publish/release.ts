import { requestSend } from '#shared/aws/queues/queue';
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
import type { ReplyPacing } from '#shared/connector/declaration';
import type { ConversationItem } from '#shared/table/items';
import { dueClassOf } from '#shared/table/keys';
import type { EntryState } from '#shared/table/state';
import type { PublishTarget } from './publish.ts';

export interface ReleaseDependencies {
  readonly target: PublishTarget;
  /** The send rate of an account; undefined if its provider sets no limit. */
  readonly pacingOf: (account: SendingAccount) => ReplyPacing | undefined;
  /**
   * A reply due within this time waits on `outbound.fifo`, a later one in `due`. SQS looks for free groups only among
   * the first 120,000 messages.
   */
  readonly nearSeconds: number;
}

/** Formats a time as commands and items carry it; rounded up, so that it is never before the slot. */
export function isoOf(ms: number): string {
  return new Date(Math.ceil(ms)).toISOString();
}

/**
 * Releases a reply that waits in `due`, if its provider has asked for no long wait and the account has a slot soon. If
 * not, it stays for the sweep; a campaign's message waits as an agent's from then on.
 */
export async function release(
  { target, pacingOf, nearSeconds: near }: ReleaseDependencies,
  conversation: ConversationItem,
  sequence: number,
): Promise<void> {
  const { table, now } = target;
  const place = { conversationId: conversation.id, sequence };
  const state = await waitingAsAgents(table, place, now());
  if (!state) return;
  const askedMs = Date.parse(state.delivery?.notBefore ?? '') - now().getTime();
  if (askedMs > near * 1000) return;
  const wanted = { now: now(), count: 1, withinMs: near * 1000 };
  const { slots } = await reserveSlots(table, conversation, pacingOf(conversation), wanted);
  const [slotMs] = slots;
  if (slotMs !== undefined) await putOnQueue(target, place, state, isoOf(slotMs));
}

/** Reads the state of a waiting reply; a campaign's message waits as an agent's from now on. */
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
 * Puts the command of a reply on the queue again, and only then takes it out of `due`: after a crash in between, the
 * same happens again. Without a slot the sender takes one itself. Two callers that release the same wait at once put
 * one command, because its deduplication id names the wait. Each wait has its own number: two of them can end at the
 * same time, and SQS would drop the command of the second.
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
 * Releases the next reply of the conversation that waits in `due`, once this one holds nothing back any more. Costs
 * nothing if none waits.
 */
export async function passOn(
  dependencies: ReleaseDependencies,
  conversation: ConversationItem,
  sequence: number,
): Promise<void> {
  if (firstWaiting(conversation) === undefined) return;
  const place = { conversationId: conversation.id, sequence };
  const waiting = conversation.waiting?.has(sequence)
    ? new Set(await leaveWaiting(dependencies.target.table, place))
    : conversation.waiting;
  const next = firstWaiting({ waiting });
  if (next !== undefined) await release(dependencies, conversation, next);
}
