import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { retryTransactionConflicts } from './transaction-conflict.ts';

/** Translates values into items and back. */
export const translation = {
  marshallOptions: {
    removeUndefinedValues: true,
    // The SDK takes an object with a key named `constructor`, which a customer's JSON may have, for a class instance.
    convertClassInstanceToMap: true,
    // Providers write ids as numbers beyond 2^53 (X, v1.1 objects); JSON.parse has rounded them before we see them.
    allowImpreciseNumbers: true,
  },
  // By default the SDK returns such a number as a bigint, or throws, and the entry could never be read again.
  unmarshallOptions: { wrapNumbers: Number },
} as const;

/**
 * Retries are few and short, because the queue retries too: under throttling the SDK's own default would hold a
 * function for 5 s (measured with this SDK).
 */
const client = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
});
client.middlewareStack.add(retryTransactionConflicts, {
  step: 'initialize',
  name: 'retryTransactionConflicts',
});

export const dynamodb = DynamoDBDocumentClient.from(client, translation);
