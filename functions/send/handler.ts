import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { accountSecrets } from '#shared/aws/account-secrets';
import { dynamodb } from '#shared/aws/dynamodb';
import { fileReader } from '#shared/aws/file-reader';
import { withOwnTries } from '#shared/aws/own-tries';
import { queueConsumer } from '#shared/aws/queue-consumer';
import { secretsManager } from '#shared/aws/secrets-manager';
import { sqs } from '#shared/aws/sqs';
import { readEnv } from '#shared/env';
import { logger } from '#shared/logger';
import { SendEnv } from './env.ts';
import { replySender } from './send.ts';

const env = readEnv(SendEnv);
const now = () => new Date();
/**
 * One after the other: a kill leaves uncertain each reply that is between its claim and its record, and a person has to
 * look after an uncertain reply. With four at once 1.6 % of the replies in the fault harness were uncertain, with one
 * less than 1 % (docs/reliability.md). Other invocations of the function send at the same time.
 */
const conversationsAtOnce = 1;
const table = {
  client: dynamodb,
  name: env.TABLE_NAME,
  retention: env.RETENTION,
  generation: env.GENERATION,
};
const tries = {
  ...{ table, now, most: env.MOST_TRIES },
  deadLetters: { client: sqs, url: env.DEAD_LETTERS_URL },
};
/** Of the invocation under way: a Lambda function has one at a time. */
let remainingSeconds = () => 0;
const send = replySender({
  accounts: env.ACCOUNTS,
  archiveBucket: env.ARCHIVE_BUCKET,
  secrets: accountSecrets(secretsManager, Date.now, (message, details) =>
    logger.warn(message, details),
  ),
  now,
  files: fileReader(sqs, env.ARCHIVE_BUCKET),
  uploadTimeoutSeconds: env.UPLOAD_TIMEOUT_SECONDS,
  remainingSeconds: () => remainingSeconds(),
  attemptTimeoutSeconds: env.ATTEMPT_TIMEOUT_SECONDS,
  leaseSeconds: env.LEASE_SECONDS,
  reconcileAfterSeconds: env.RECONCILE_AFTER_SECONDS,
  uncertainAfterSeconds: env.UNCERTAIN_AFTER_SECONDS,
  target: {
    table,
    normalized: { client: sqs, url: env.NORMALIZED_QUEUE_URL },
    outbound: { client: sqs, url: env.OUTBOUND_QUEUE_URL },
    now,
  },
});

const consume = queueConsumer({
  client: sqs,
  url: env.OUTBOUND_QUEUE_URL,
  fifo: true,
  groupsAtOnce: conversationsAtOnce,
  handle: withOwnTries(tries, ({ body, attributes }) =>
    send(body, Number(attributes.ApproximateReceiveCount)),
  ),
});

export const handler = middy<SQSEvent, SQSBatchResponse>().handler((event, context) => {
  remainingSeconds = () => context.getRemainingTimeInMillis() / 1000;
  return consume(event);
});
