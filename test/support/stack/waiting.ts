import {
  type AttributeValue,
  GetItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { LocalStack } from './local-stack.ts';

/** How many replies of an account (`connector/account`) wait in `due`, as agents' answers or as a campaign. */
export async function waitingInDue(
  { dynamodb, description }: LocalStack,
  account: string,
  dueClass: 'slot' | 'campaign',
): Promise<number> {
  const { Count = 0 } = await dynamodb.send(
    new ScanCommand({
      TableName: description.table,
      ConsistentRead: true,
      FilterExpression: 'dueFor = :account AND begins_with(duePk, :class)',
      ExpressionAttributeValues: {
        ':account': { S: account },
        ':class': { S: `DUE#${dueClass}#` },
      },
    }),
  );
  return Count;
}

/** The end of an account's pause, in epoch milliseconds. Throws where it is not paused. */
export async function pausedUntilMs(
  { dynamodb, description }: LocalStack,
  connector: string,
): Promise<number> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({
      TableName: description.table,
      ConsistentRead: true,
      Key: { pk: { S: `ACCOUNT#${connector}#main` }, sk: { S: 'SENDING' } },
    }),
  );
  const until = Item?.['pausedUntil']?.S;
  if (until === undefined) throw new Error(`${connector} is not paused`);
  return Date.parse(until);
}

/** An account's pause is over now, and so is the wait of its replies: the times in the table are moved back. */
export async function endPause(
  { dynamodb, description }: LocalStack,
  connector: string,
): Promise<void> {
  const set = (Key: Record<string, AttributeValue>, name: string) =>
    dynamodb.send(
      new UpdateItemCommand({
        TableName: description.table,
        Key,
        UpdateExpression: `SET ${name} = :now`,
        ExpressionAttributeValues: { ':now': { S: new Date().toISOString() } },
      }),
    );
  await set({ pk: { S: `ACCOUNT#${connector}#main` }, sk: { S: 'SENDING' } }, 'pausedUntil');
  const { Items = [] } = await dynamodb.send(
    new ScanCommand({
      TableName: description.table,
      ConsistentRead: true,
      FilterExpression: 'begins_with(dueFor, :account)',
      ExpressionAttributeValues: { ':account': { S: `${connector}/main` } },
    }),
  );
  for (const { pk, sk } of Items) if (pk && sk) await set({ pk, sk }, 'dueAt');
}
