import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { conversationsTable } from '#shared/aws/conversations-table';
import { objectEraser } from '#shared/aws/objects/erase';
import { s3 } from '#shared/aws/objects/s3';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { sqs } from '#shared/aws/queues/sqs';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';
import { secretsManager } from '#shared/aws/secrets/secrets-manager';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { logger } from '#shared/logger';
import { FetchMediaEnv } from './env.ts';
import { mediaFetcher } from './fetch-media.ts';

const env = readEnv(FetchMediaEnv);
const now = () => new Date();
const fetchMedia = mediaFetcher({
  accounts: env.ACCOUNTS,
  secrets: accountSecrets(secretsManager, Date.now, (message, details) =>
    logger.warn(message, details),
  ),
  archive: { client: s3, bucket: env.ARCHIVE_BUCKET },
  eraser: objectEraser(sqs, env.ARCHIVE_BUCKET),
  now,
  limits: { callSeconds: 10, idleSeconds: 20, fetchSeconds: env.FETCH_TIMEOUT_SECONDS },
  target: {
    table: conversationsTable(env),
    normalized: { client: sqs, url: env.NORMALIZED_QUEUE_URL },
    outbound: { client: sqs, url: env.OUTBOUND_QUEUE_URL },
    now,
  },
});

export const handler = lambdaHandler<SQSEvent, SQSBatchResponse>().handler(
  queueConsumer({
    client: sqs,
    url: env.MEDIA_QUEUE_URL,
    fifo: false,
    handle: ({ body, attributes }) => fetchMedia(body, Number(attributes.ApproximateReceiveCount)),
  }),
);
