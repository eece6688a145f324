import { DynamoDBServiceException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Key } from '#shared/table/keys';
import type { Table } from './table.ts';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/**
 * Runs a transaction. Resolves with the cancellation codes when it was refused, with nothing when it is done. Throws
 * a `ValidationException` for an item that no table holds (beyond 400 KB, or 32 levels deep), as a single write
 * does: nobody is in the way then, and trying again cannot help.
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

/** A further id under which a message may be named. The first message to claim it keeps it. */
export function aliasWrite(table: Table, key: Key, pointer: Pointer): TransactItem {
  const first = (name: string) => `#${name} = if_not_exists(#${name}, :${name})`;
  const fields = Object.entries({ part: 0, ...pointer });
  return {
    Update: {
      TableName: table.name,
      Key: key,
      UpdateExpression: `SET ${fields.map(([name]) => first(name)).join(', ')} REMOVE expiresAt, attentionPk, attentionAt`,
      ...namesAndValues(fields),
    },
  };
}

/** Where a provider's id points. */
export interface Pointer {
  readonly conversationId: string;
  readonly contactId: string;
  readonly sequence: number;
  /** Of an outbound reply in several messages: which one the id names. */
  readonly part?: number;
}

/** A pointer, and with it the raw item or its key: they are written once, together. */
export interface ReferenceFields extends Pointer {
  readonly raw?: Uint8Array;
  readonly rawKey?: string;
}

/** A reference is written once. Where updates are parked on it already, the pointer joins them. */
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
  const fields = Object.entries({ part: 0, ...pointer });
  return {
    Update: {
      TableName: table.name,
      Key: key,
      UpdateExpression: `SET ${fields.map(([name]) => `#${name} = :${name}`).join(', ')} REMOVE expiresAt, attentionPk, attentionAt`,
      ConditionExpression: 'attribute_not_exists(conversationId)',
      ...namesAndValues(fields),
    },
  };
}

function namesAndValues(fields: readonly (readonly [string, unknown])[]) {
  return {
    ExpressionAttributeNames: Object.fromEntries(fields.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(
      fields.map(([name, value]) => [`:${name}`, value]),
    ),
  };
}
