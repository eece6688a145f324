import type { ScheduledEvent } from 'aws-lambda';
import { pricesOfAccount } from '#connectors/capabilities';
import { catchUps } from '#connectors/catch-ups';
import { dynamodb } from '#shared/aws/dynamodb';
import { claimChecks } from '#shared/aws/queues/claim-check';
import { heldIn } from '#shared/aws/queues/held-reading';
import { enqueueItems } from '#shared/aws/queues/lanes';
import { sqs } from '#shared/aws/queues/sqs';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';
import { secretsManager } from '#shared/aws/secrets/secrets-manager';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { logger } from '#shared/logger';
import { type CaughtUp, catcherUp } from './catch-up.ts';
import { CatchUpEnv } from './env.ts';

const env = readEnv(CatchUpEnv);
/** The time left to the run under way, in seconds: a Lambda function has one run at a time. */
let remainingSeconds = () => 0;
const queue = {
  ...{ client: sqs, url: env.INGRESS_QUEUE_URL },
  claims: claimChecks(sqs, env.ARCHIVE_BUCKET),
};
const catchAllUp = catcherUp({
  accounts: env.ACCOUNTS,
  catchUps,
  pricesOf: (account) => pricesOfAccount(env.ACCOUNTS, account),
  table: { client: dynamodb, name: env.TABLE_NAME },
  enqueue: (items) => enqueueItems(queue, items),
  held: heldIn(sqs, env.ARCHIVE_BUCKET),
  secrets: accountSecrets(secretsManager, Date.now, (message, details) =>
    logger.warn(message, details),
  ),
  now: () => new Date(),
  afterSeconds: env.AFTER_SECONDS,
  callTimeoutSeconds: env.CALL_TIMEOUT_SECONDS,
  leaseSeconds: 300,
  // Enough for one call, and for what was read to be queued.
  hasTime: () => remainingSeconds() > 3 * env.CALL_TIMEOUT_SECONDS,
});

export const handler = lambdaHandler<ScheduledEvent, CaughtUp>().handler(
  async (_event, context) => {
    remainingSeconds = () => context.getRemainingTimeInMillis() / 1000;
    const caughtUp = await catchAllUp();
    if (caughtUp.missed + caughtUp.failed > 0) logger.info('caught up', { ...caughtUp });
    return caughtUp;
  },
);
