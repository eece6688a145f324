import { SQSClient } from '@aws-sdk/client-sqs';

/** Two attempts within a webhook's patience; what fails then is answered 503 or redelivered. */
export const sqs = new SQSClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 },
});
