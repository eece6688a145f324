import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { conversationsTable } from '#shared/aws/conversations-table';
import { s3 } from '#shared/aws/objects/s3';
import { withOwnTries } from '#shared/aws/queues/own-tries';
import { batchConsumer, queueConsumer } from '#shared/aws/queues/queue-consumer';
import { sqs } from '#shared/aws/queues/sqs';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { IngressEnv, NormalizeEnv } from './env.ts';
import { normalizer } from './normalize.ts';
import { statusNormalizer } from './normalize-statuses.ts';

const env = readEnv(NormalizeEnv);
const now = () => new Date();
/** A mail of 40 MB is in memory about four times while it is read. */
const mailsAtOnce = 4;
const table = conversationsTable(env);
const dependencies = {
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
};
const queue = { client: sqs, url: env.QUEUE_URL };

/** One code for both lanes, deployed once for each (infra/cdk/inbound.ts). */
function consumer() {
  if (env.LANE === 'statuses') {
    return batchConsumer({ ...queue, handle: statusNormalizer(dependencies) });
  }
  const { MOST_TRIES: max, DEAD_LETTERS_URL: url } = readEnv(IngressEnv);
  const tries = { table, now, max, deadLetters: { client: sqs, url } };
  const normalize = normalizer(dependencies);
  return queueConsumer({
    ...queue,
    fifo: true,
    groupsAtOnce: mailsAtOnce,
    handle: withOwnTries(tries, ({ body }) => normalize(body)),
  });
}

export const handler = lambdaHandler<SQSEvent, SQSBatchResponse>().handler(consumer());
