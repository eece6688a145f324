import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { dueAttributes, type Key } from '#shared/table/keys';
import type { Table } from './table.ts';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * Runs a transaction. Resolves with the cancellation codes when it was refused, with nothing when it is done. Throws a
 * `ValidationException` for an item that no table holds (beyond 400 KB, or 32 levels deep), as a single write does:
 * there is no conflict then, and trying again cannot help.
 */
export async function transact(
  table: Table,
  items: readonly TransactItem[],
): Promise<readonly string[] | undefined> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: [...items] }));
    return undefined;
  } catch (fault) {
    if (!(fault instanceof TransactionCanceledException)) throw fault;
    const codes = (fault.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    if (codes.includes('ValidationError')) throw validationFault(fault);
    return codes;
  }
}

function validationFault({ $metadata, message }: TransactionCanceledException): Error {
  const name = 'ValidationException';
  return new DynamoDBServiceException({ name, $fault: 'client', $metadata, message });
}

/** Writes a further id by which a message may be named. The first message to claim it keeps it. */
export function aliasWrite(table: Table, key: Key, pointer: Pointer): TransactItem {
  const first = (name: string) => `#${name} = if_not_exists(#${name}, :${name})`;
  const { expiresAt, ...place } = pointer;
  const fields = Object.entries({ part: 0, ...place });
  const kept = keptUntil(expiresAt);
  return {
    Update: {
      TableName: table.name,
      Key: key,
      UpdateExpression: `SET ${[...fields.map(([name]) => first(name)), ...kept.set].join(', ')} REMOVE ${[...kept.remove, dueAttributes].join(', ')}`,
      ...namesAndValues(fields, kept.values),
    },
  };
}

/** The message that a provider's id points to. */
interface Pointer {
  readonly conversationId: string;
  readonly contactId: string;
  readonly sequence: number;
  /** The part that the id names, if an outbound reply is sent as several messages. */
  readonly part?: number;
  /** The time when the message and its references are deleted (table.ts). */
  readonly expiresAt?: number;
}

/** A reference with parked updates has an expiry of its own; from now on it expires with its message. */
function keptUntil(expiresAt: number | undefined) {
  if (expiresAt === undefined) return { set: [], remove: ['expiresAt'], values: {} };
  return { set: ['expiresAt = :expiresAt'], remove: [], values: { ':expiresAt': expiresAt } };
}

/** A pointer with the raw item or its key: they are written once, together. */
interface ReferenceFields extends Pointer {
  readonly raw?: Uint8Array;
  readonly rawKey?: string;
}

/** Writes a reference once. If updates are parked on it already, the pointer is added to them. */
export function referenceWrite(
  table: Table,
  key: Key,
  pointer: ReferenceFields,
  overParked: boolean,
): TransactItem {
  if (!overParked) {
    return {
      Put: {
        TableName: table.name,
        Item: { ...key, ...pointer },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
  }
  const { expiresAt, ...place } = pointer;
  const fields = Object.entries({ part: 0, ...place });
  const kept = keptUntil(expiresAt);
  const set = [...fields.map(([name]) => `#${name} = :${name}`), ...kept.set];
  return {
    Update: {
      TableName: table.name,
      Key: key,
      UpdateExpression: `SET ${set.join(', ')} REMOVE ${[...kept.remove, dueAttributes].join(', ')}`,
      ConditionExpression: 'attribute_not_exists(conversationId)',
      ...namesAndValues(fields, kept.values),
    },
  };
}

function namesAndValues(
  fields: readonly (readonly [string, unknown])[],
  more: Readonly<Record<string, unknown>>,
) {
  return {
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(fields.map(([name, value]) => [`:${name}`, value])),
      ...more,
    },
  };
}

/** Puts an item. False if there is one already, which stays. */
export async function putOnce(table: Table, key: Key, item: object): Promise<boolean> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...key, ...item },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    return false;
  }
}

/** Makes a conditional update; false when its condition fails: another writer was first, and nothing is left to do. */
export async function unlessRefused(
  table: Table,
  input: Omit<UpdateCommandInput, 'TableName'>,
): Promise<boolean> {
  try {
    await table.client.send(new UpdateCommand({ TableName: table.name, ...input }));
    return true;
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return false;
    throw fault;
  }
}
