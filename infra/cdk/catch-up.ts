import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { catchesUp } from '#connectors/capabilities';
import { CatchUpEnv } from '#functions/catch-up/env';
import { BundledFunction } from './constructs/bundled-function.ts';
import type { ReaderProps } from './reader.ts';

/**
 * The function that reads what webhooks have not brought, and its schedule. It reads the secrets of the connectors that
 * can be caught up, puts items where webhook endpoints put them, and keeps its place and the spending in the table.
 */
export class CatchUp extends Construct {
  constructor(scope: Construct, id: string, props: ReaderProps) {
    super(scope, id);
    const { accounts, defaults, queues, stage, storage } = props;
    const { function: catchUp } = new BundledFunction(this, 'CatchUp', {
      defaults,
      name: 'catch-up',
      description: "Reads from the providers' lists what webhooks have not brought",
      env: CatchUpEnv,
      environment: {
        ACCOUNTS: accounts.variable(),
        TABLE_NAME: storage.conversations.table.tableName,
        INGRESS_QUEUE_URL: queues.ingress.url,
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
        AFTER_SECONDS: String(stage.catchUpAfterSeconds),
        CALL_TIMEOUT_SECONDS: '10',
      },
      memoryMegabytes: 512,
      // Shorter than the lease of an account (functions/catch-up/handler.ts).
      timeout: Duration.minutes(2),
    });
    queues.ingress.grantSend(catchUp);
    storage.archive.grant(catchUp, 'readWrite', 'claims/');
    storage.conversations.grantItems(catchUp, 'ACCOUNT#', 'GetItem', 'PutItem', 'UpdateItem');
    storage.conversations.grantItems(catchUp, 'REFERENCE#', 'GetItem');
    const connectors = new Set(stage.accounts.map(({ connector }) => connector));
    for (const connector of [...connectors].filter(catchesUp)) {
      accounts.grantSecrets(catchUp, connector);
    }
    new Rule(this, 'EveryFiveMinutes', {
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(catchUp)],
    });
  }
}
