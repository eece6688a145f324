import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { conversationsTable } from '#shared/aws/conversations-table';
import { fileLook } from '#shared/aws/objects/file-reader';
import { withOwnTries } from '#shared/aws/queues/own-tries';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { sqs } from '#shared/aws/queues/sqs';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { replyAccepter } from './accept-reply.ts';
import { AcceptReplyEnv } from './env.ts';

const env = readEnv(AcceptReplyEnv);
const now = () => new Date();
const table = conversationsTable(env);
const tries = {
  ...{ table, now, max: env.MOST_TRIES },
  deadLetters: { client: sqs, url: env.DEAD_LETTERS_URL },
};
const accept = replyAccepter({
  now,
  settings: { accounts: env.ACCOUNTS, archiveBucket: env.ARCHIVE_BUCKET },
  look: fileLook(sqs, env.ARCHIVE_BUCKET),
  target: {
    table,
    normalized: { client: sqs, url: env.NORMALIZED_QUEUE_URL },
    outbound: { client: sqs, url: env.OUTBOUND_QUEUE_URL },
    now,
  },
});

export const handler = lambdaHandler<SQSEvent, SQSBatchResponse>().handler(
  queueConsumer({
    client: sqs,
    url: env.REPLIES_QUEUE_URL,
    fifo: true,
    handle: withOwnTries(tries, ({ body, messageId }) => accept(body, messageId)),
  }),
);
