import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { fetchesMedia, unsubscribesByLink } from '#connectors/capabilities';
import { FetchMediaEnv } from '#functions/fetch-media/env';
import { IngressEnv, NormalizeEnv } from '#functions/normalize/env';
import { ReceiveEnv } from '#functions/receive/env';
import { retentionVariable } from './config/retention.ts';
import type { Stage } from './config/stage.ts';
import type { AccountRegistry } from './constructs/account-registry.ts';
import { BundledFunction, type FunctionDefaults } from './constructs/bundled-function.ts';
import { pascalCase } from './constructs/pascal-case.ts';
import type { PublicApi } from './constructs/public-api.ts';
import type { Queues } from './constructs/queues.ts';
import type { Storage } from './constructs/storage.ts';
import { grantFetchingWhatsApp, whatsAppNumbers } from './constructs/whatsapp-sender.ts';
import { addNormalizeMail } from './normalize-mail.ts';
import { grantReader, readerEnvironment } from './reader.ts';
import { TopicReceiver } from './topic-receiver.ts';
import { addUnsubscribe } from './unsubscribe.ts';

export interface InboundProps {
  readonly stage: Stage;
  readonly api: PublicApi;
  readonly accounts: AccountRegistry;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly defaults: FunctionDefaults;
}

/** Files fetched at once: a flood of pictures leaves the account's functions to the messages. */
const maxFetches = 50;

/**
 * Batches of statuses in work at once. Each of them writes about 250 statuses a second, so that all of them together
 * stay below the 4,000 write units a second that a new table takes, and messages can still be written.
 */
const maxStatusBatches = 5;

/**
 * The way of an inbound message: a webhook endpoint for each provider, a function that reads messages and one that
 * reads statuses, and one that fetches the files behind messages.
 */
export class Inbound extends Construct {
  constructor(scope: Construct, id: string, props: InboundProps) {
    super(scope, id);
    const calling = props.stage.accounts.filter(({ receives }) => receives === 'webhook');
    for (const connector of new Set(calling.map((account) => account.connector))) {
      this.addReceiver(connector, props);
    }
    const told = props.stage.accounts.filter(({ receives }) => receives === 'topic');
    for (const connector of new Set(told.map((account) => account.connector))) {
      const outputPrefix = pascalCase(connector);
      new TopicReceiver(this, outputPrefix, { ...props, connector, outputPrefix });
    }
    this.addNormalize(props);
    this.addNormalizeStatuses(props);
    if (props.queues.mailIngress) addNormalizeMail(this, props, props.queues.mailIngress);
    this.addFetchMedia(props);
    const connectors = new Set(props.stage.accounts.map(({ connector }) => connector));
    for (const connector of [...connectors].filter(unsubscribesByLink)) {
      addUnsubscribe(this, { ...props, connector });
    }
  }

  /** One function for each provider: a bundle with its connector alone, a role that reads its secrets alone. */
  private addReceiver(connector: string, props: InboundProps): void {
    const { accounts, queues, stage, storage } = props;
    const id = `Receive${pascalCase(connector)}`;
    const { function: receive } = new BundledFunction(this, id, {
      defaults: props.defaults,
      name: `receive-${connector}`,
      description: `Verifies what ${connector} posts and queues it`,
      env: ReceiveEnv,
      environment: {
        CONNECTOR: connector,
        ACCOUNTS: accounts.variable(connector),
        INGRESS_QUEUE_URL: queues.ingress.url,
        STATUSES_QUEUE_URL: queues.statuses.url,
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
      },
      memoryMegabytes: 512,
      timeout: Duration.seconds(10),
      ...(stage.receiveConcurrency ? { reservedConcurrency: stage.receiveConcurrency } : {}),
    });
    queues.ingress.grantSend(receive);
    queues.statuses.grantSend(receive);
    storage.archive.grant(receive, 'write', 'claims/');
    accounts.grantSecrets(receive, connector);
    props.api.addWebhook(connector, receive);
  }

  /**
   * The same code for each lane. Statuses have a function of their own, with its own timeout, scaling and alarms, and a bound on
   * how many batches of them are in work: a campaign's flood takes neither the concurrency nor the table that messages
   * need. Were it one function with two event sources, a concurrency reserved for it would be shared by both.
   */
  private addNormalize(props: InboundProps): void {
    const { defaults, queues, storage } = props;
    const normalize = new BundledFunction(this, 'Normalize', {
      defaults,
      name: 'normalize',
      description: 'Reads queued items into canonical messages, stores and publishes them',
      env: IngressEnv,
      environment: {
        ...readerEnvironment(props, { lane: 'ingress', queue: queues.ingress }),
        ...queues.ingress.ownTries,
        ...(queues.mailIngress ? { MAIL_INGRESS_QUEUE_URL: queues.mailIngress.url } : {}),
      },
      memoryMegabytes: 1024,
      timeout: Duration.seconds(30),
    });
    normalize.consume(queues.ingress.queue);
    queues.ingress.grantSettingAside(normalize.function);
    grantReader(normalize.function, props);
    queues.mailIngress?.grantSend(normalize.function);
    queues.media.grantSend(normalize.function);
    // The deletion of a customer with a long history takes several steps.
    queues.ingress.grantSend(normalize.function);
    storage.conversations.grantQuery(normalize.function, 'contact');
    storage.archive.grant(normalize.function, 'read', 'claims/');
    storage.grantErasing(normalize.function);
    for (const folder of ['raw/', 'quarantine/']) {
      storage.archive.grant(normalize.function, 'write', folder);
    }
  }

  private addNormalizeStatuses(props: InboundProps): void {
    const { defaults, queues, storage } = props;
    const normalize = new BundledFunction(this, 'NormalizeStatuses', {
      defaults,
      name: 'normalize-statuses',
      bundle: 'normalize',
      description: 'Reads queued delivery statuses, stores and publishes them',
      env: NormalizeEnv,
      environment: readerEnvironment(props, { lane: 'statuses', queue: queues.statuses }),
      memoryMegabytes: 1024,
      timeout: Duration.seconds(60),
    });
    normalize.consume(queues.statuses.queue, {
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      maxConcurrency: maxStatusBatches,
    });
    grantReader(normalize.function, props);
    storage.archive.grant(normalize.function, 'write', 'quarantine/');
  }

  /** A provider's slow file holds up no message: files have their queue, their function, and no credentials beyond. */
  private addFetchMedia({ accounts, queues, stage, storage, defaults }: InboundProps): void {
    const fetchMedia = new BundledFunction(this, 'FetchMedia', {
      defaults,
      name: 'fetch-media',
      description: 'Fetches the files of messages from their providers and stores them',
      env: FetchMediaEnv,
      environment: {
        MEDIA_QUEUE_URL: queues.media.url,
        ACCOUNTS: accounts.variable(),
        TABLE_NAME: storage.conversations.table.tableName,
        RETENTION: retentionVariable(stage),
        GENERATION: String(stage.generation),
        NORMALIZED_QUEUE_URL: queues.normalized.url,
        OUTBOUND_QUEUE_URL: queues.outbound.url,
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
        FETCH_TIMEOUT_SECONDS: '240',
      },
      memoryMegabytes: 1024,
      timeout: Duration.minutes(5),
    });
    // One file at a time: the time, the disk and the memory of an invocation are those of one file.
    fetchMedia.consume(queues.media.queue, { batchSize: 1, maxConcurrency: maxFetches });
    storage.conversations.grantReadWrite(fetchMedia.function);
    queues.normalized.grantSend(fetchMedia.function);
    queues.outbound.grantSend(fetchMedia.function);
    storage.archive.grant(fetchMedia.function, 'write', 'media/');
    // A file that is stored while its message is deleted goes again.
    for (const folder of ['media/', 'incoming/']) {
      storage.archive.grant(fetchMedia.function, 'erase', folder);
    }
    const connectors = new Set(stage.accounts.map(({ connector }) => connector));
    for (const connector of [...connectors].filter(fetchesMedia)) {
      accounts.grantSecrets(fetchMedia.function, connector);
    }
    const numbers = whatsAppNumbers(stage.accounts);
    if (numbers.length === 0) return;
    grantFetchingWhatsApp(this, fetchMedia.function, numbers);
    // AWS writes a file there with the rights of the function, which reads it to check it.
    storage.archive.grant(fetchMedia.function, 'readWrite', 'incoming/');
  }
}
