import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { claimChecks } from '#shared/aws/queues/claim-check';
import { lanes } from '#shared/aws/queues/lanes';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { sqs } from '#shared/aws/queues/sqs';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { ReceiveTopicEnv } from './env.ts';
import { topicReceiver } from './receive-sns.ts';

const env = readEnv(ReceiveTopicEnv);
const enqueue = lanes({
  client: sqs,
  url: env.INGRESS_QUEUE_URL,
  statusesUrl: env.STATUSES_QUEUE_URL,
  claims: claimChecks(sqs, env.ARCHIVE_BUCKET),
});
const receive = topicReceiver({
  connector: env.CONNECTOR,
  accounts: env.ACCOUNTS,
  enqueue,
  now: () => new Date(),
});

export const handler = lambdaHandler<SQSEvent, SQSBatchResponse>().handler(
  queueConsumer({
    client: sqs,
    url: env.TOPIC_QUEUE_URL,
    fifo: false,
    handle: ({ body }) => receive(body),
  }),
);
