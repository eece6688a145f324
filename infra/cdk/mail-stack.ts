import { Annotations, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { ReceiveMailEnv } from '#functions/receive-sns/env';
import {
  configurationSetName,
  type MailConfig,
  mailboxesOf,
  receiptNames,
  receivingDomains,
} from './config/mail.ts';
import type { Stage } from './config/stage.ts';
import { BundledFunction } from './constructs/bundled-function.ts';
import { MailAlarms } from './constructs/mail-alarms.ts';
import { MailDomain, outputReceiving } from './constructs/mail-domain.ts';
import { MailReceipt } from './constructs/mail-receipt.ts';
import { MessageQueue } from './constructs/message-queue.ts';
import { functionDefaults, type SwitchboardStack, type SwitchboardStackProps } from './stack.ts';

export interface SwitchboardMailStackProps extends SwitchboardStackProps {
  /** Its bucket and its ingress queue are used here; it knows nothing of this stack. */
  readonly core: SwitchboardStack;
  readonly mail: MailConfig;
}

/**
 * The events that SES publishes about a sent mail. Opens and clicks are not asked for: they would need pixels and
 * rewritten links.
 */
const told = [
  EmailSendingEvent.SEND,
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.RENDERING_FAILURE,
];

/** Receives mail, and the events of sent mail. Its own stack, because SES receives mail in some regions only. */
export class SwitchboardMailStack extends Stack {
  constructor(scope: Construct, id: string, props: SwitchboardMailStackProps) {
    super(scope, id, props);
    const { stage, core, mail } = props;
    const names = receiptNames(stage.stage, mail);
    const queue = new MessageQueue(this, 'Queue', { fifo: false, tries: 20 });
    const receipt = new MailReceipt(this, 'Receipt', {
      ...names,
      bucket: core.storage.mail.bucket,
      createRuleSet: mail.createRuleSet,
      recipients: this.recipients(stage, mail),
    });
    const events = this.addEvents(stage);
    for (const topic of [receipt.topic, events]) {
      topic.addSubscription(
        new SqsSubscription(queue.queue, {
          rawMessageDelivery: true,
          deadLetterQueue: queue.deadLetters,
        }),
      );
    }
    this.addReceive(queue, props);
    new MailAlarms(this, 'Alarms', { ruleName: names.ruleName, topicArn: stage.alarmTopicArn });
    for (const identity of mail.identities) new MailDomain(this, identity.domain, identity);
    for (const domain of receivingDomains(stage.accounts)) outputReceiving(this, domain);
    new CfnOutput(this, 'MailTopicArn', { value: receipt.topic.topicArn });
    new CfnOutput(this, 'MailEventsTopicArn', { value: events.topicArn });
    new CfnOutput(this, 'MailQueueUrl', { value: queue.url });
    new CfnOutput(this, 'MailDeadLettersUrl', { value: queue.deadLetters.queueUrl });
    new CfnOutput(this, 'MailKeyPrefix', { value: names.keyPrefix });
  }

  /** The mailboxes, or with a warning their whole domains. */
  private recipients({ accounts }: Stage, { wholeDomains }: MailConfig): readonly string[] {
    if (!wholeDomains) return mailboxesOf(accounts);
    const domains = receivingDomains(accounts);
    Annotations.of(this).addWarningV2(
      'switchboard:mail:whole-domains',
      `every mail to ${domains.join(', ')} is taken; what is for none of ${mailboxesOf(accounts).join(', ')} is set aside, and no later rule or mailbox gets it`,
    );
    return domains;
  }

  private addEvents(stage: Stage): Topic {
    const topic = new Topic(this, 'Events', { enforceSSL: true });
    const configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: configurationSetName(stage.stage),
    });
    configurationSet.addEventDestination('Topic', {
      destination: EventDestination.snsTopic(topic),
      events: told,
    });
    return topic;
  }

  private addReceive(queue: MessageQueue, props: SwitchboardMailStackProps): void {
    const { accounts, queues, storage } = props.core;
    const { mailIngress } = queues;
    if (!mailIngress) throw new Error('a stage without accounts for mail has no mail stack');
    const receive = new BundledFunction(this, 'ReceiveEmail', {
      defaults: functionDefaults(props),
      name: 'receive-email',
      description: 'Takes what SES tells of mails and queues it',
      env: ReceiveMailEnv,
      environment: {
        MAIL_QUEUE_URL: queue.url,
        ACCOUNTS: accounts.variable('email'),
        INGRESS_QUEUE_URL: mailIngress.url,
        STATUSES_QUEUE_URL: queues.statuses.url,
        MAIL_BUCKET: storage.mail.bucket.bucketName,
      },
      memoryMegabytes: 1024,
      timeout: Duration.seconds(30),
    });
    receive.consume(queue.queue);
    mailIngress.grantSend(receive.function);
    queues.statuses.grantSend(receive.function);
  }
}
