import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { claimChecks } from '#shared/aws/queues/claim-check';
import { lanes } from '#shared/aws/queues/lanes';
import { sqs } from '#shared/aws/queues/sqs';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';
import { secretsManager } from '#shared/aws/secrets/secrets-manager';
import type { Webhook } from '#shared/connector/webhook';
import { readEnv } from '#shared/env';
import { ConnectorError } from '#shared/errors';
import { errorsAsHttp } from '#shared/http';
import { lambdaHandler } from '#shared/lambda-handler';
import { logFault, logLine } from '#shared/log-line';
import { ReceiveEnv } from './env.ts';
import { receiver } from './receive.ts';

/**
 * Makes the handler of one connector's webhook endpoint. Its bundle carries that connector alone (infra/build/entries.ts).
 * Throws `misconfigured` where the environment is another connector's.
 */
export function webhookHandler(connector: string, webhook: Webhook) {
  const env = readEnv(ReceiveEnv);
  if (env.CONNECTOR !== connector) {
    throw new ConnectorError('misconfigured', `CONNECTOR: ${env.CONNECTOR}, allowed: ${connector}`);
  }
  const receive = receiver({
    connector,
    webhook,
    accounts: env.ACCOUNTS,
    secrets: accountSecrets(secretsManager, Date.now, (message, details) =>
      logLine('WARN', message, details),
    ),
    enqueue: lanes({
      client: sqs,
      url: env.INGRESS_QUEUE_URL,
      statusesUrl: env.STATUSES_QUEUE_URL,
      claims: claimChecks(sqs, env.ARCHIVE_BUCKET),
    }),
    now: () => new Date(),
    refused: (details) => logLine('WARN', 'webhook refused', { connector, ...details }),
  });
  return lambdaHandler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(errorsAsHttp(logFault))
    .handler(receive);
}
