import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunctionResource } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AcceptReplyEnv } from '#functions/accept-reply/env';
import { SendEnv } from '#functions/send/env';
import { SubmitReplyEnv } from '#functions/submit-reply/env';
import { SweepEnv } from '#functions/sweep/env';
import { nearSeconds } from '#shared/near';
import { retentionVariable } from './config/retention.ts';
import type { Stage } from './config/stage.ts';
import type { AccountRegistry } from './constructs/account-registry.ts';
import { BundledFunction, type FunctionDefaults } from './constructs/bundled-function.ts';
import { grantSendingMail } from './constructs/mail-sender.ts';
import type { PublicApi } from './constructs/public-api.ts';
import type { Queues } from './constructs/queues.ts';
import { grantSendingSms } from './constructs/sms-sender.ts';
import type { Storage } from './constructs/storage.ts';
import { grantSendingWhatsApp, whatsAppNumbers } from './constructs/whatsapp-sender.ts';

export interface OutboundProps {
  readonly stage: Stage;
  readonly api: PublicApi;
  readonly accounts: AccountRegistry;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly defaults: FunctionDefaults;
}

/** The way of a reply, and the sweep that finishes the work a crash interrupted. */
export class Outbound extends Construct {
  private readonly props: OutboundProps;
  /** Environment variables of every function that changes conversations and publishes the change. */
  private readonly publishing: Readonly<
    Record<
      'TABLE_NAME' | 'RETENTION' | 'GENERATION' | 'NORMALIZED_QUEUE_URL' | 'OUTBOUND_QUEUE_URL',
      string
    >
  >;

  constructor(scope: Construct, id: string, props: OutboundProps) {
    super(scope, id);
    this.props = props;
    this.publishing = {
      TABLE_NAME: props.storage.conversations.table.tableName,
      RETENTION: retentionVariable(props.stage),
      GENERATION: String(props.stage.generation),
      NORMALIZED_QUEUE_URL: props.queues.normalized.url,
      OUTBOUND_QUEUE_URL: props.queues.outbound.url,
    };
    this.addSubmitReply();
    this.addAcceptReply();
    this.addSend();
    this.addSweep();
  }

  private addSubmitReply(): void {
    const { accounts, api, defaults, queues, storage } = this.props;
    const { function: submitReply } = new BundledFunction(this, 'SubmitReply', {
      defaults,
      name: 'submit-reply',
      description: 'Takes a reply by HTTP and queues it',
      env: SubmitReplyEnv,
      environment: {
        ACCOUNTS: accounts.variable(),
        TABLE_NAME: storage.conversations.table.tableName,
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
        REPLIES_QUEUE_URL: queues.replies.url,
      },
      memoryMegabytes: 512,
      timeout: Duration.seconds(10),
    });
    storage.conversations.grantRead(submitReply);
    this.grantRouting(submitReply);
    queues.replies.grantSend(submitReply);
    api.addReplies(submitReply);
  }

  private addAcceptReply(): void {
    const { accounts, defaults, queues, storage } = this.props;
    const acceptReply = new BundledFunction(this, 'AcceptReply', {
      defaults,
      name: 'accept-reply',
      description: 'Checks a reply and stores it as accepted',
      env: AcceptReplyEnv,
      environment: {
        ...this.publishing,
        ACCOUNTS: accounts.variable(),
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
        ...queues.replies.ownTries,
        REPLIES_QUEUE_URL: queues.replies.url,
      },
      memoryMegabytes: 1024,
      timeout: Duration.seconds(30),
    });
    acceptReply.consume(queues.replies.queue);
    queues.replies.grantSettingAside(acceptReply.function);
    this.grantRouting(acceptReply.function);
    this.grantPublishing(acceptReply.function);
  }

  private addSend(): void {
    const { accounts, defaults, queues, stage, storage } = this.props;
    const send = new BundledFunction(this, 'Send', {
      defaults,
      name: 'send',
      description: 'Makes the one attempt to hand a reply to its provider',
      env: SendEnv,
      // Attempt < function timeout < lease < visibility: the function that takes over finds the one before dead. Of the
      // timeout, 15 s are for the attempt, 45 s for an upload before it or in it, and the rest for reading the files.
      environment: {
        ...this.publishing,
        ...queues.outbound.ownTries,
        ACCOUNTS: accounts.variable(),
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
        ATTEMPT_TIMEOUT_SECONDS: '15',
        // A hundred megabytes, the largest document of WhatsApp, at 20 megabits a second. The largest mail is 51.
        UPLOAD_TIMEOUT_SECONDS: '45',
        LEASE_SECONDS: '120',
        RECONCILE_AFTER_SECONDS: String(stage.reconcileAfterSeconds),
        NEAR_SECONDS: String(nearSeconds),
        UNCERTAIN_AFTER_SECONDS: String(stage.uncertainAfterSeconds),
      },
      // A file is in memory about three times while it is uploaded. A mail with 28 MB of files needs 360 MB.
      memoryMegabytes: 1024,
      timeout: Duration.seconds(90),
    });
    send.consume(queues.outbound.queue);
    queues.outbound.grantSettingAside(send.function);
    this.grantPublishing(send.function);
    this.grantRouting(send.function);
    accounts.grantSecrets(send.function);
    const mailboxes = stage.accounts.filter(({ receives }) => receives === 'mail');
    const named = (setting: string) =>
      stage.accounts
        .map(({ settings }) => settings[setting])
        .filter((value) => typeof value === 'string');
    grantSendingWhatsApp(this, send.function, whatsAppNumbers(stage.accounts));
    grantSendingSms(this, send.function, named('originationIdentity'));
    grantSendingMail(this, send.function, {
      addresses: mailboxes.map(({ address }) => address),
      configurationSets: mailboxes
        .map(({ settings }) => settings['configurationSet'])
        .filter((name) => typeof name === 'string'),
    });
  }

  private addSweep(): void {
    const { accounts, defaults, queues, stage, storage } = this.props;
    const { function: sweep } = new BundledFunction(this, 'Sweep', {
      defaults,
      name: 'sweep',
      description: 'Finishes what a crash has left unpublished or undecided',
      env: SweepEnv,
      environment: {
        ...this.publishing,
        ACCOUNTS: accounts.variable(),
        REPLIES_DEAD_LETTERS_URL: queues.replies.deadLetters.queueUrl,
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
        NEAR_SECONDS: String(nearSeconds),
        UNCERTAIN_AFTER_SECONDS: String(stage.uncertainAfterSeconds),
      },
      memoryMegabytes: 1024,
      timeout: Duration.seconds(60),
    });
    this.grantPublishing(sweep);
    storage.grantErasing(sweep);
    queues.replies.grantAnsweringDead(sweep);
    storage.conversations.grantQuery(sweep, 'dirty', 'due');
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweep)],
    });
  }

  /** The two folders whose files a reply may show, and the other conversations of a customer who cannot be answered. */
  private grantRouting(grantee: LambdaFunctionResource): void {
    this.props.storage.conversations.grantQuery(grantee, 'contact');
    for (const folder of ['uploads/', 'media/']) {
      this.props.storage.archive.grant(grantee, 'read', folder);
    }
  }

  private grantPublishing(grantee: IGrantable): void {
    this.props.storage.conversations.grantReadWrite(grantee);
    this.props.queues.normalized.grantSend(grantee);
    this.props.queues.outbound.grantSend(grantee);
  }
}
