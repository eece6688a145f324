import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryTransactionConflicts } from '#shared/aws/transaction-conflict';

/** Answers as DynamoDB does: the named faults first, success after them. */
let faults: string[];
let calls: number;
let server: Server;
let client: DynamoDBDocumentClient;

beforeEach(async () => {
  faults = [];
  calls = 0;
  server = createServer((request, response) => {
    request.resume();
    calls += 1;
    const fault = faults.shift();
    response.writeHead(fault ? 400 : 200, { 'content-type': 'application/x-amz-json-1.0' });
    const type = `com.amazonaws.dynamodb.v20120810#${fault}`;
    response.end(JSON.stringify(fault ? { __type: type, message: fault } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const low = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    maxAttempts: 3,
  });
  low.middlewareStack.add(retryTransactionConflicts, { step: 'initialize', name: 'conflicts' });
  client = DynamoDBDocumentClient.from(low);
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const conflict = 'TransactionConflictException';
const update = () =>
  client.send(
    new UpdateCommand({ TableName: 't', Key: { pk: 'a' }, UpdateExpression: 'SET b = :b' }),
  );

describe('a single write that meets a running transaction', () => {
  it('is repeated until the transaction is over', async () => {
    faults = [conflict, conflict, conflict, conflict];
    await update();
    expect(calls).toBe(5);
  });

  it('is given up after six attempts, with the reason', async () => {
    faults = Array.from({ length: 9 }, () => conflict);
    await expect(update()).rejects.toThrow(conflict);
    expect(calls).toBe(6);
  });

  it('is not repeated for another refusal', async () => {
    faults = ['ConditionalCheckFailedException'];
    await expect(update()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(calls).toBe(1);
  });

  it('leaves a transaction to its caller, who reads again first', async () => {
    faults = ['TransactionCanceledException'];
    await expect(
      client.send(new TransactWriteCommand({ TransactItems: [] })),
    ).rejects.toMatchObject({ name: 'TransactionCanceledException' });
    expect(calls).toBe(1);
  });
});
