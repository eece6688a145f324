import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { NormalizeEnv } from '#functions/normalize/env';
import { ReceiveEnv } from '#functions/receive/env';
import type { Stage } from './config/stage.ts';
import type { AccountRegistry } from './constructs/account-registry.ts';
import { BundledFunction, type FunctionDefaults } from './constructs/bundled-function.ts';
import type { PublicApi } from './constructs/public-api.ts';
import type { Queues } from './constructs/queues.ts';
import type { Storage } from './constructs/storage.ts';

export interface InboundProps {
  readonly stage: Stage;
  readonly api: PublicApi;
  readonly accounts: AccountRegistry;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly defaults: FunctionDefaults;
}

/** The way of an inbound message: a door for each provider, and one function that reads what came through it. */
export class Inbound extends Construct {
  constructor(scope: Construct, id: string, props: InboundProps) {
    super(scope, id);
    const calling = props.stage.accounts.filter(({ receives }) => receives === 'webhook');
    for (const connector of new Set(calling.map((account) => account.connector))) {
      this.addDoor(connector, props);
    }
    this.addNormalize(props);
  }

  /** The same code for every provider, deployed once for each: a role that reads one provider's secrets only. */
  private addDoor(connector: string, props: InboundProps): void {
    const { accounts, queues, stage, storage } = props;
    const id = `Receive${connector.charAt(0).toUpperCase()}${connector.slice(1)}`;
    const { function: receive } = new BundledFunction(this, id, {
      defaults: props.defaults,
      name: `receive-${connector}`,
      bundle: 'receive',
      description: `Verifies what ${connector} posts and queues it`,
      env: ReceiveEnv,
      environment: {
        CONNECTOR: connector,
        ACCOUNTS: accounts.variable(connector),
        INGRESS_QUEUE_URL: queues.ingress.url,
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
      },
      memoryMegabytes: 512,
      timeout: Duration.seconds(10),
      ...(stage.receiveConcurrency ? { reservedConcurrency: stage.receiveConcurrency } : {}),
    });
    queues.ingress.grantSend(receive);
    storage.archive.grant(receive, 'write', 'claims/');
    accounts.grantSecrets(receive, connector);
    props.api.addWebhook(connector, receive);
  }

  private addNormalize({ accounts, queues, storage, defaults }: InboundProps): void {
    const normalize = new BundledFunction(this, 'Normalize', {
      defaults,
      name: 'normalize',
      description: 'Reads queued items into canonical messages, stores and publishes them',
      env: NormalizeEnv,
      environment: {
        INGRESS_QUEUE_URL: queues.ingress.url,
        ACCOUNTS: accounts.variable(),
        TABLE_NAME: storage.conversations.table.tableName,
        NORMALIZED_QUEUE_URL: queues.normalized.url,
        OUTBOUND_QUEUE_URL: queues.outbound.url,
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
      },
      memoryMegabytes: 1024,
      timeout: Duration.seconds(30),
    });
    normalize.consume(queues.ingress.queue);
    storage.conversations.grantReadWrite(normalize.function);
    queues.normalized.grantSend(normalize.function);
    queues.outbound.grantSend(normalize.function);
    storage.archive.grant(normalize.function, 'readWrite');
    storage.mail.grant(normalize.function, 'read');
  }
}
