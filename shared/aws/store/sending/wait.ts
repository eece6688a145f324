import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { type Place, readState, writeState } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { type Entry, type EntryItem, initialState } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { conversationKey, dueAs, dueAttributes, dueClassOf, stateKey } from '#shared/table/keys';
import type { EntryState } from '#shared/table/state';
import { delayChanges, type ToldDelay } from './delay.ts';
import { accountName, type SendingAccount } from './pause.ts';

/** A reply that could not be sent for a day is worse than none: the agent is told instead. */
export const giveUpAfterSeconds = 86_400;

type Conversation = Pick<ConversationItem, 'id' | 'waiting'> & SendingAccount;

/** Tells whether a reply is sent only when agents' replies leave room; false once an agent's reply waits behind it. */
export function isCampaign({ reply, delivery }: Pick<Entry, 'reply' | 'delivery'>): boolean {
  return reply?.purpose === 'marketing' && delivery?.hurried !== true;
}

/** Tells whether a reply waits in `due` until it is released. */
export function isWaiting(state: EntryState): boolean {
  const name = dueClassOf(state);
  return state.delivery?.state === 'accepted' && (name === 'slot' || name === 'campaign');
}

/** The lowest sequence of a conversation that waits in `due`, or was released from it and is not done. */
export function firstWaiting({ waiting }: Pick<ConversationItem, 'waiting'>): number | undefined {
  return waiting && waiting.size > 0 ? Math.min(...waiting) : undefined;
}

export interface Wait {
  readonly dueClass: 'slot' | 'campaign';
  /** The earliest time of release; of the replies of one account the earliest is released first. */
  readonly at: string;
  /** Told with it. */
  readonly delay?: ToldDelay | undefined;
}

/**
 * Puts a reply into `due` to wait. Its conversation records it too, so that no later reply passes it; both are written
 * when this resolves, so the reply's queue message is done once the delay is published. Resolves with the new state;
 * undefined if the reply has moved on since it was read.
 */
export async function putToWait(
  table: Table,
  conversation: Conversation,
  state: EntryState,
  { dueClass, at, delay }: Wait,
): Promise<EntryState | undefined> {
  const { sequence, delivery, duePk, dueAt } = state;
  const told = toldWith(state, delay);
  const place = { conversationId: conversation.id, sequence };
  const set = {
    ...dueAs(dueClass, conversation.id, at),
    dueFor: accountName(conversation),
    'delivery.slotAt': undefined,
    'delivery.waits': (delivery?.waits ?? 0) + 1,
    ...told.changes.set,
  };
  const expected = {
    ...{ 'delivery.state': 'accepted', 'delivery.attempt': delivery?.attempt, duePk, dueAt },
    'delivery.waits': delivery?.waits,
    ...told.expected,
  };
  const [marked] = await Promise.all([
    writeState(table, place, state, { ...told.changes, set }, expected),
    conversation.waiting?.has(sequence) ? undefined : joinWaiting(table, place),
  ]);
  return marked;
}

/** The additions by which a write tells of a delay too; none without a delay. */
function toldWith(state: EntryState, delay: ToldDelay | undefined) {
  if (!delay) return { changes: { set: {} }, expected: {} };
  return { changes: delayChanges(state, delay), expected: { revision: state.revision } };
}

/**
 * Puts a campaign's message into `due` from the start. Each publishing of its entry repeats this; a message sent
 * meanwhile is left alone.
 */
export async function putCampaignToWait(
  table: Table,
  conversation: Conversation,
  entry: EntryItem,
): Promise<void> {
  const place = { conversationId: conversation.id, sequence: entry.sequence };
  const set = {
    ...dueAs('campaign', conversation.id, entry.message?.receivedAt ?? ''),
    dueFor: accountName(conversation),
  };
  const state =
    (await writeState(table, place, initialState(entry), { set }, {})) ??
    (await readState(table, place));
  if (state && isWaiting(state)) await joinWaiting(table, place);
}

/** Treats a campaign's message as an agent's from now on. False if it has moved on. */
export async function hurry(
  table: Table,
  place: Place,
  state: EntryState,
  at: string,
): Promise<boolean> {
  const { duePk, dueAt, delivery } = state;
  const set = {
    ...dueAs('slot', place.conversationId, at),
    'delivery.hurried': true,
    'delivery.waits': (delivery?.waits ?? 0) + 1,
  };
  const expected = { duePk, dueAt, 'delivery.waits': delivery?.waits };
  return (await writeState(table, place, state, { set }, expected)) !== undefined;
}

/** Takes a reply whose command is on the queue again out of `due`, unless it has begun another wait since. */
export async function stopWaiting(
  table: Table,
  { conversationId, sequence }: Place,
  { duePk, dueAt, delivery }: EntryState,
): Promise<void> {
  const waits = delivery?.waits;
  const isSame =
    waits === undefined ? 'attribute_not_exists(delivery.waits)' : 'delivery.waits = :waits';
  await unlessRefused(table, {
    Key: stateKey(conversationId, sequence),
    UpdateExpression: `REMOVE ${dueAttributes}`,
    ConditionExpression: `duePk = :pk AND dueAt = :at AND ${isSame}`,
    ExpressionAttributeValues: {
      ...{ ':pk': duePk, ':at': dueAt },
      ...(waits === undefined ? {} : { ':waits': waits }),
    },
  });
}

/**
 * Stores the slot on a reply that waits for it on the queue, so that it is not reserved again. Resolves with the new
 * state; undefined if the reply has moved on since it was read.
 */
export async function keepSlot(
  table: Table,
  place: Place,
  state: EntryState,
  { slotAt, delay }: { readonly slotAt: string; readonly delay?: ToldDelay | undefined },
): Promise<EntryState | undefined> {
  const { delivery, dueAt } = state;
  const told = toldWith(state, delay);
  const set = {
    'delivery.slotAt': slotAt,
    // The sweep checks a due reply only when its command should have come.
    ...(dueAt === undefined ? {} : dueAs('reply', place.conversationId, lookAfterAt(slotAt))),
    ...told.changes.set,
  };
  const expected = {
    ...{ 'delivery.state': 'accepted', 'delivery.attempt': delivery?.attempt, dueAt },
    ...told.expected,
  };
  return writeState(table, place, state, { ...told.changes, set }, expected);
}

const lookAfterSeconds = 900;

function lookAfterAt(slotAt: string): string {
  return new Date(Date.parse(slotAt) + lookAfterSeconds * 1000).toISOString();
}

/** Removes a reply that holds nothing back any more from its conversation. Resolves with those that still wait. */
export function leaveWaiting(table: Table, place: Place): Promise<ReadonlySet<number>> {
  return changeWaiting(table, place, 'DELETE waiting :sequences');
}

function joinWaiting(table: Table, place: Place): Promise<ReadonlySet<number>> {
  return changeWaiting(table, place, 'ADD waiting :sequences');
}

async function changeWaiting(
  table: Table,
  { conversationId, sequence }: Place,
  UpdateExpression: string,
): Promise<ReadonlySet<number>> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: conversationKey(conversationId),
        UpdateExpression,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':sequences': new Set([sequence]) },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Attributes?.['waiting'] ?? new Set();
  } catch (fault) {
    // The conversation has expired, and its replies with it.
    if (fault instanceof ConditionalCheckFailedException) return new Set();
    throw fault;
  }
}
