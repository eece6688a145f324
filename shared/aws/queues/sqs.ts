import { SQSClient } from '@aws-sdk/client-sqs';

/** Makes two attempts while a webhook still waits; a failure is answered 503 or redelivered. */
export const sqs = new SQSClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 },
});
