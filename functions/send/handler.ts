import { setTimeout as sleep } from 'node:timers/promises';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { pacingOf } from '#connectors/capabilities';
import { conversationsTable } from '#shared/aws/conversations-table';
import { fileAddresser } from '#shared/aws/objects/file-address';
import { fileReader } from '#shared/aws/objects/file-reader';
import { sqs } from '#shared/aws/queues/sqs';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';
import { secretsManager } from '#shared/aws/secrets/secrets-manager';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { logger } from '#shared/logger';
import { sendConsumer } from './consumer.ts';
import { SendEnv } from './env.ts';

const env = readEnv(SendEnv);
const now = () => new Date();
const table = conversationsTable(env);
const tries = {
  ...{ table, now, max: env.MOST_TRIES },
  deadLetters: { client: sqs, url: env.DEAD_LETTERS_URL },
};
/** The time left to the current invocation: a Lambda function has one at a time. */
let remainingSeconds = () => 0;
const consume = sendConsumer(
  {
    accounts: env.ACCOUNTS,
    archiveBucket: env.ARCHIVE_BUCKET,
    secrets: accountSecrets(secretsManager, Date.now, (message, details) =>
      logger.warn(message, details),
    ),
    now,
    sleep,
    nearSeconds: env.NEAR_SECONDS,
    pacingOf: (account) => pacingOf(env.ACCOUNTS, account),
    files: fileReader(sqs, env.ARCHIVE_BUCKET),
    addressOf: fileAddresser(sqs, env.ARCHIVE_BUCKET),
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
  },
  { client: sqs, url: env.OUTBOUND_QUEUE_URL },
  tries,
);

export const handler = lambdaHandler<SQSEvent, SQSBatchResponse>().handler((event, context) => {
  remainingSeconds = () => context.getRemainingTimeInMillis() / 1000;
  return consume(event);
});
