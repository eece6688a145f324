import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { claimChecks } from '#shared/aws/queues/claim-check';
import { lanes } from '#shared/aws/queues/lanes';
import { sqs } from '#shared/aws/queues/sqs';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';
import { secretsManager } from '#shared/aws/secrets/secrets-manager';
import { readEnv } from '#shared/env';
import { errorsAsHttp } from '#shared/http';
import { lambdaHandler } from '#shared/lambda-handler';
import { logFault, logLine } from '#shared/log-line';
import { ReceiveEnv } from './env.ts';
import { receiver } from './receive.ts';

const env = readEnv(ReceiveEnv);
const enqueue = lanes({
  client: sqs,
  url: env.INGRESS_QUEUE_URL,
  statusesUrl: env.STATUSES_QUEUE_URL,
  claims: claimChecks(sqs, env.ARCHIVE_BUCKET),
});
const receive = receiver({
  connector: env.CONNECTOR,
  accounts: env.ACCOUNTS,
  secrets: accountSecrets(secretsManager, Date.now, (message, details) =>
    logLine('WARN', message, details),
  ),
  enqueue,
  now: () => new Date(),
  refused: (details) =>
    logLine('WARN', 'webhook refused', { connector: env.CONNECTOR, ...details }),
});

export const handler = lambdaHandler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
  .use(errorsAsHttp(logFault))
  .handler(receive);
