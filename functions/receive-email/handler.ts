import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { lanes } from '#shared/aws/queues/lanes';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { sqs } from '#shared/aws/queues/sqs';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { ReceiveEmailEnv } from './env.ts';
import { emailReceiver } from './receive-email.ts';

const env = readEnv(ReceiveEmailEnv);
const receive = emailReceiver({
  accounts: env.ACCOUNTS,
  mailBucket: env.MAIL_BUCKET,
  enqueue: lanes({
    client: sqs,
    url: env.INGRESS_QUEUE_URL,
    statusesUrl: env.STATUSES_QUEUE_URL,
  }),
  now: () => new Date(),
});

export const handler = lambdaHandler<SQSEvent, SQSBatchResponse>().handler(
  queueConsumer({
    client: sqs,
    url: env.MAIL_QUEUE_URL,
    fifo: false,
    handle: ({ body }) => receive(body),
  }),
);
