import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { enqueueItems } from '#shared/aws/queues/lanes';
import { sqs } from '#shared/aws/queues/sqs';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';
import { secretsManager } from '#shared/aws/secrets/secrets-manager';
import type { UnsubscribeLink } from '#shared/connector/unsubscribe-link';
import { readEnv } from '#shared/env';
import { ConnectorError } from '#shared/errors';
import { errorsAsHttp } from '#shared/http';
import { lambdaHandler } from '#shared/lambda-handler';
import { logFault, logLine } from '#shared/log-line';
import { UnsubscribeEnv } from './env.ts';
import { unsubscriber } from './unsubscribe.ts';

/**
 * Makes the handler of one connector's unsubscribe links. Its bundle carries that connector alone
 * (infra/build/entries.ts). Throws `misconfigured` where the environment is another connector's.
 */
export function unsubscribeHandler(connector: string, link: UnsubscribeLink) {
  const env = readEnv(UnsubscribeEnv);
  if (env.CONNECTOR !== connector) {
    throw new ConnectorError('misconfigured', `CONNECTOR: ${env.CONNECTOR}, allowed: ${connector}`);
  }
  const unsubscribe = unsubscriber({
    connector,
    link,
    accounts: env.ACCOUNTS,
    secrets: accountSecrets(secretsManager, Date.now, (message, details) =>
      logLine('WARN', message, details),
    ),
    enqueue: (items) => enqueueItems({ client: sqs, url: env.INGRESS_QUEUE_URL }, items),
    now: () => new Date(),
    refused: (details) => logLine('WARN', 'link refused', { connector, ...details }),
  });
  return lambdaHandler<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(errorsAsHttp(logFault))
    .handler(unsubscribe);
}
