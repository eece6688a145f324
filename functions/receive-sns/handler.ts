import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { claimChecks } from '#shared/aws/queues/claim-check';
import { lanes } from '#shared/aws/queues/lanes';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { sqs } from '#shared/aws/queues/sqs';
import type { ReadTopic } from '#shared/connector/topic';
import { lambdaHandler } from '#shared/lambda-handler';
import { readSnsEnv } from './env.ts';
import { snsReceiver } from './receive-sns.ts';

/**
 * Makes the handler of one connector's SNS notifications. Its bundle carries that connector alone
 * (infra/build/entries.ts). Throws `misconfigured` where the environment is another connector's.
 */
export function snsHandler(connector: string, read: ReadTopic) {
  const env = readSnsEnv(connector);
  const receive = snsReceiver({
    connector,
    read,
    accounts: env.ACCOUNTS,
    mailBucket: env.MAIL_BUCKET,
    enqueue: lanes({
      client: sqs,
      url: env.INGRESS_QUEUE_URL,
      statusesUrl: env.STATUSES_QUEUE_URL,
      ...(env.ARCHIVE_BUCKET ? { claims: claimChecks(sqs, env.ARCHIVE_BUCKET) } : {}),
    }),
    now: () => new Date(),
  });
  return lambdaHandler<SQSEvent, SQSBatchResponse>().handler(
    queueConsumer({
      client: sqs,
      url: env.QUEUE_URL,
      fifo: false,
      handle: ({ body }) => receive(body),
    }),
  );
}
