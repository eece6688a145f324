import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamodb } from '#shared/aws/dynamodb';
import { withOwnTries } from '#shared/aws/own-tries';
import { queueConsumer } from '#shared/aws/queue-consumer';
import { s3 } from '#shared/aws/s3';
import { sqs } from '#shared/aws/sqs';
import { readEnv } from '#shared/env';
import { NormalizeEnv } from './env.ts';
import { normalizer } from './normalize.ts';

const env = readEnv(NormalizeEnv);
const now = () => new Date();
const table = { client: dynamodb, name: env.TABLE_NAME, retention: env.RETENTION };
const tries = {
  ...{ table, now, most: env.MOST_TRIES },
  deadLetters: { client: sqs, url: env.DEAD_LETTERS_URL },
};
const normalize = normalizer({
  accounts: env.ACCOUNTS,
  archive: { client: s3, bucket: env.ARCHIVE_BUCKET },
  media: { client: sqs, url: env.MEDIA_QUEUE_URL },
  now,
  target: {
    table,
    normalized: { client: sqs, url: env.NORMALIZED_QUEUE_URL },
    outbound: { client: sqs, url: env.OUTBOUND_QUEUE_URL },
    now,
  },
});

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(
  queueConsumer({
    client: sqs,
    url: env.INGRESS_QUEUE_URL,
    fifo: true,
    handle: withOwnTries(tries, ({ body }) => normalize(body)),
  }),
);
