import type { ScheduledEvent } from 'aws-lambda';
import { pacingOf } from '#connectors/capabilities';
import { conversationsTable } from '#shared/aws/conversations-table';
import { objectEraser } from '#shared/aws/objects/erase';
import { sqs } from '#shared/aws/queues/sqs';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { logger } from '#shared/logger';
import { SweepEnv } from './env.ts';
import { type Swept, sweeper } from './sweep.ts';

const env = readEnv(SweepEnv);
const now = () => new Date();
/** The time left to the run under way, in seconds: a Lambda function has one run at a time. */
let remainingSeconds = () => 0;
const sweep = sweeper({
  now,
  nearSeconds: env.NEAR_SECONDS,
  pacingOf: (account) => pacingOf(env.ACCOUNTS, account),
  remainingSeconds: () => remainingSeconds(),
  uncertainAfterSeconds: env.UNCERTAIN_AFTER_SECONDS,
  deadReplies: { client: sqs, url: env.REPLIES_DEAD_LETTERS_URL },
  target: {
    table: conversationsTable(env),
    normalized: { client: sqs, url: env.NORMALIZED_QUEUE_URL },
    outbound: { client: sqs, url: env.OUTBOUND_QUEUE_URL },
    now,
    eraser: objectEraser(sqs, env.ARCHIVE_BUCKET),
  },
});

export const handler = lambdaHandler<ScheduledEvent, Swept>().handler(async (_event, context) => {
  remainingSeconds = () => context.getRemainingTimeInMillis() / 1000;
  const swept = await sweep();
  const { published, replies, released, answered } = swept;
  if (published + replies + released + answered > 0) logger.info('swept', { ...swept });
  return swept;
});
