import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduledEvent } from 'aws-lambda';
import { tokenRefreshes } from '#connectors/token-refreshes';
import { conversationsTable } from '#shared/aws/conversations-table';
import { sqs } from '#shared/aws/queues/sqs';
import { secretsManager } from '#shared/aws/secrets/secrets-manager';
import { writableSecrets } from '#shared/aws/secrets/writable-secrets';
import { readEnv } from '#shared/env';
import { lambdaHandler } from '#shared/lambda-handler';
import { RefreshTokensEnv } from './env.ts';
import { type Refreshed, refreshTokens } from './refresh-tokens.ts';

const env = readEnv(RefreshTokensEnv);
const now = () => new Date();

export const handler = lambdaHandler<ScheduledEvent, Refreshed[]>().handler(() =>
  refreshTokens({
    accounts: env.ACCOUNTS,
    refreshOf: (connector) => tokenRefreshes[connector],
    secrets: writableSecrets(secretsManager, (seconds) => sleep(seconds * 1000)),
    leaseSeconds: env.LEASE_SECONDS,
    target: {
      table: conversationsTable(env),
      normalized: { client: sqs, url: env.NORMALIZED_QUEUE_URL },
      outbound: { client: sqs, url: env.OUTBOUND_QUEUE_URL },
      now,
    },
  }),
);
