import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { refreshesTokens } from '#connectors/capabilities';
import { RefreshTokensEnv } from '#functions/refresh-tokens/env';
import { retentionVariable } from './config/retention.ts';
import type { Stage } from './config/stage.ts';
import type { AccountRegistry } from './constructs/account-registry.ts';
import { BundledFunction, type FunctionDefaults } from './constructs/bundled-function.ts';
import type { Queues } from './constructs/queues.ts';
import type { Storage } from './constructs/storage.ts';

export interface TokenRefresherProps {
  readonly stage: Stage;
  readonly accounts: AccountRegistry;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly defaults: FunctionDefaults;
}

/** The one place that refreshes access tokens, and the only function that may write a secret. */
export class TokenRefresher extends Construct {
  constructor(scope: Construct, id: string, props: TokenRefresherProps) {
    super(scope, id);
    const { accounts, defaults, queues, stage, storage } = props;
    const { function: refresher } = new BundledFunction(this, 'RefreshTokens', {
      defaults,
      name: 'refresh-tokens',
      description: 'Refreshes access tokens before they end',
      env: RefreshTokensEnv,
      environment: {
        ACCOUNTS: accounts.variable(),
        TABLE_NAME: storage.conversations.table.tableName,
        RETENTION: retentionVariable(stage),
        GENERATION: String(stage.generation),
        NORMALIZED_QUEUE_URL: queues.normalized.url,
        OUTBOUND_QUEUE_URL: queues.outbound.url,
        // Longer than the function may run: the holder of a lease that has ended is dead.
        LEASE_SECONDS: '120',
      },
      memoryMegabytes: 256,
      timeout: Duration.seconds(90),
    });
    storage.conversations.grantReadWrite(refresher);
    queues.normalized.grantSend(refresher);
    queues.outbound.grantSend(refresher);
    for (const connector of new Set(stage.accounts.map((each) => each.connector))) {
      if (!refreshesTokens(connector)) continue;
      accounts.grantSecrets(refresher, connector);
      accounts.grantReplacingSecrets(refresher, connector);
    }
    new Rule(this, 'EveryFiveMinutes', {
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(refresher)],
    });
  }
}
