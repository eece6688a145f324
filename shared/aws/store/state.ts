import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { EntryItem, initialState } from '#shared/table/entry';
import { entryKey, stateKey } from '#shared/table/keys';
import { recentOf, rememberedIn } from '#shared/table/recent';
import { type EntryState, type PendingUpdate, StateItem } from '#shared/table/state';
import type { UpdateRecord } from '#shared/table/update';
import { type Attributes, type Changes, changed, conditionalUpdate } from './expressions.ts';
import { inGeneration } from './stamp.ts';
import { readItem, type Table } from './table.ts';

/** Which entry. */
export interface Place {
  readonly conversationId: string;
  readonly sequence: number;
}

/**
 * Reads the state of a message. The entry itself, which may be large, is read only where nothing has changed yet.
 * Undefined where there is no such message; alerts have no state.
 */
export async function readState(
  table: Table,
  { conversationId, sequence }: Place,
): Promise<EntryState | undefined> {
  const state = await readItem(table, StateItem, stateKey(conversationId, sequence), true);
  if (state) return state;
  const entry = await readItem(table, EntryItem, entryKey(conversationId, sequence), true);
  return entry?.message ? initialState(entry) : undefined;
}

/**
 * The write of some changes, alone or in a transaction. The first one puts the whole item, if nobody else has; every
 * other changes what it names, if the attributes of `expected` are as they were read.
 */
export function stateWrite(
  table: Table,
  { conversationId, sequence }: Place,
  state: EntryState,
  given: Changes,
  expected: Attributes,
) {
  const { name: TableName } = table;
  const changes = counted(table, given);
  const Key = stateKey(conversationId, sequence);
  if (!state.unwritten) {
    return { Update: { TableName, Key, ...conditionalUpdate(changes, expected) } };
  }
  const Item = { ...Key, ...changed(StateItem.parse(state), changes) };
  return { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

/** The same changes; those that are to be told say in which generation they were counted. */
function counted(table: Table, { set, append }: Changes): Changes {
  const { pending, recent, ...others } = append ?? {};
  if (!pending || !recent) return { set, ...(append ? { append } : {}) };
  return {
    set,
    append: {
      ...others,
      pending: pending.map((each) => Object.assign({}, each, inGeneration(table))),
      recent: recent.map((each) => rememberedIn(String(each), table.generation)),
    },
  };
}

/** Makes that write alone. Returns the state as it then stands; undefined where somebody else was there before. */
export async function writeState(
  table: Table,
  ...[place, state, changes, expected]: ParametersAfterTable
): Promise<EntryState | undefined> {
  const { Put, Update } = stateWrite(table, place, state, changes, expected);
  try {
    if (Put) {
      await table.client.send(new PutCommand(Put));
      return StateItem.parse(Put.Item);
    }
    const command = new UpdateCommand({ ...Update, ReturnValues: 'ALL_NEW' });
    return StateItem.parse((await table.client.send(command)).Attributes);
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return undefined;
    throw fault;
  }
}

type ParametersAfterTable = [
  place: Place,
  state: EntryState,
  changes: Changes,
  expected: Attributes,
];

/** A change as it is told, and as the state keeps it until then. */
export interface Telling {
  readonly record: UpdateRecord;
  readonly pending: PendingUpdate;
}

/** `revision + 1` for each, and what makes them be published and remembered. */
export function toldChanges({ revision }: EntryState, told: readonly Telling[]): Changes {
  if (told.length === 0) return { set: {} };
  return {
    set: { revision: revision + told.length },
    append: {
      pending: told.map(({ pending }) => pending),
      recent: told.map(({ record }) => recentOf(record)),
    },
  };
}
