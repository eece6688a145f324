import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { EntryItem, initialState } from '#shared/table/entry';
import { entryKey, stateKey } from '#shared/table/keys';
import { recentOf, rememberedIn } from '#shared/table/recent';
import { type EntryState, type PendingUpdate, StateItem } from '#shared/table/state';
import type { StatusUpdate, UpdateRecord } from '#shared/table/update';
import { inGeneration, readItem, type Table } from './table.ts';

/** The key of an entry. */
export interface Place {
  readonly conversationId: string;
  readonly sequence: number;
}

/**
 * Reads the state of a message. The entry itself, which may be large, is read only if nothing has changed yet.
 * Undefined if there is no such message; alerts have no state.
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
 * Builds the write of some changes, alone or for a transaction. The first write puts the whole item, if there is none
 * yet; every later one changes the named attributes, if those in `expected` are as they were read.
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

/** Adds the table's generation to changes that are to be published. */
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

/** Makes that write alone. Returns the new state; undefined if another writer was first. */
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

/** A change as it is published, and as the state keeps it until then. */
export interface Telling {
  readonly record: UpdateRecord;
  readonly pending: PendingUpdate;
}

/** Increments `revision` for each change, and has it published and remembered. */
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

/** Values by the dotted path of their attribute; undefined: the attribute is absent. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface Changes {
  /** The new values of attributes; undefined removes one. */
  readonly set: Attributes;
  /** Items to append to lists. */
  readonly append?: Readonly<Record<string, readonly unknown[]>>;
}

/** Builds the expressions of a write that changes attributes on the condition that others are as expected. */
function conditionalUpdate({ set, append = {} }: Changes, expected: Attributes) {
  const names: Record<string, string> = {};
  const values: Record<string, unknown> = {};
  const pathOf = (path: string): string => {
    const segments = path.split('.');
    for (const name of segments) names[`#${name}`] = name;
    return segments.map((name) => `#${name}`).join('.');
  };
  const placeholder = (value: unknown): string => {
    const name = `:v${Object.keys(values).length}`;
    values[name] = value;
    return name;
  };
  const assigned = Object.entries(set).filter(([, value]) => value !== undefined);
  const removed = Object.entries(set).filter(([, value]) => value === undefined);
  const clauses = {
    SET: [
      ...assigned.map(([path, value]) => `${pathOf(path)} = ${placeholder(value)}`),
      ...Object.entries(append).map(
        ([path, items]) => `${pathOf(path)} = list_append(${pathOf(path)}, ${placeholder(items)})`,
      ),
    ],
    REMOVE: removed.map(([path]) => pathOf(path)),
  };
  const conditions = Object.entries(expected).map(([path, value]) =>
    value === undefined
      ? `attribute_not_exists(${pathOf(path)})`
      : `${pathOf(path)} = ${placeholder(value)}`,
  );
  return {
    UpdateExpression: Object.entries(clauses)
      .filter(([, parts]) => parts.length > 0)
      .map(([verb, parts]) => `${verb} ${parts.join(', ')}`)
      .join(' '),
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** Computes an item as such a write leaves it. */
function changed(item: object, { set, append = {} }: Changes): Record<string, unknown> {
  const result: Record<string, unknown> = structuredClone({ ...item });
  for (const [path, value] of Object.entries(set)) assign(result, path.split('.'), value);
  for (const [path, items] of Object.entries(append)) {
    const list = result[path];
    result[path] = [...(Array.isArray(list) ? list : []), ...items];
  }
  return result;
}

function assign(
  target: Record<string, unknown>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    if (value === undefined) delete target[name];
    else target[name] = value;
    return;
  }
  const inner = { ...(target[name] as Record<string, unknown> | undefined) };
  assign(inner, rest, value);
  target[name] = inner;
}

/** Shortens a status to the form kept until it is published: most have neither errors nor metadata. */
export function pendingStatus(record: StatusUpdate): PendingUpdate {
  const { kind, occurredAt, status, providerMessageId, errors, parts, metadata, consent, cost } =
    record;
  return {
    ...{ kind, occurredAt, status },
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
    ...(errors.length > 0 ? { errors: [...errors] } : {}),
    ...(parts ? { parts: [...parts] } : {}),
    ...(Object.keys(metadata).length > 0 ? { metadata: { ...metadata } } : {}),
    ...(consent ? { consent } : {}),
    ...(cost ? { cost } : {}),
  };
}
