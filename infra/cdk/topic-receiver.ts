import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { declarations, isConnectorId } from '#connectors/declarations';
import { ReceiveTopicEnv } from '#functions/receive-sns/env';
import type { Declaration } from '#shared/connector/declaration';
import type { Stage } from './config/stage.ts';
import type { AccountRegistry } from './constructs/account-registry.ts';
import { BundledFunction, type FunctionDefaults } from './constructs/bundled-function.ts';
import { MessageQueue } from './constructs/message-queue.ts';
import type { Queues } from './constructs/queues.ts';
import { ServiceTopic } from './constructs/service-topic.ts';
import type { Storage } from './constructs/storage.ts';

export interface TopicReceiverProps {
  readonly stage: Stage;
  readonly accounts: AccountRegistry;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly defaults: FunctionDefaults;
  readonly connector: string;
  /** The connector in the stack's outputs: `WhatsappAws`. */
  readonly outputPrefix: string;
}

/**
 * Receives a connector's messages by a topic: the topic, or those that are there already, their queue, and its reader.
 */
export class TopicReceiver extends Construct {
  constructor(scope: Construct, id: string, props: TopicReceiverProps) {
    super(scope, id);
    const { outputPrefix } = props;
    const queue = new MessageQueue(this, 'Queue', { fifo: false, tries: 20 });
    for (const topic of this.topics(props)) {
      topic.addSubscription(
        new SqsSubscription(queue.queue, {
          rawMessageDelivery: !declarationOf(props.connector)?.topicEnvelope,
          deadLetterQueue: queue.deadLetters,
        }),
      );
    }
    this.addReceive(queue, props);
    new CfnOutput(Stack.of(this), `${outputPrefix}QueueUrl`, { value: queue.url });
    new CfnOutput(Stack.of(this), `${outputPrefix}DeadLettersUrl`, {
      value: queue.deadLetters.queueUrl,
    });
  }

  /** The topics that accounts name, and one made here when an account names none. */
  private topics({ connector, outputPrefix, stage }: TopicReceiverProps): ITopic[] {
    const named = stage.accounts
      .filter((account) => account.connector === connector)
      .map(({ settings }) => settings['topicArn']);
    const arns = new Set(named.filter((arn) => typeof arn === 'string'));
    const given = [...arns].map((arn, index) => Topic.fromTopicArn(this, `Topic${index}`, arn));
    if (arns.size > 0 && named.every((arn) => typeof arn === 'string')) return given;
    const { topic } = new ServiceTopic(this, 'Told', { publisher: publisherOf(connector) });
    new CfnOutput(Stack.of(this), `${outputPrefix}TopicArn`, {
      description: `What to enter at AWS as the event destination of ${connector}`,
      value: topic.topicArn,
    });
    return [topic, ...given];
  }

  private addReceive(queue: MessageQueue, props: TopicReceiverProps): void {
    const { accounts, connector, queues, storage } = props;
    const receive = new BundledFunction(this, 'Receive', {
      defaults: props.defaults,
      name: `receive-${connector}`,
      description: `Takes what is published for ${connector} and queues it`,
      env: ReceiveTopicEnv,
      environment: {
        CONNECTOR: connector,
        ACCOUNTS: accounts.variable(connector),
        TOPIC_QUEUE_URL: queue.url,
        INGRESS_QUEUE_URL: queues.ingress.url,
        STATUSES_QUEUE_URL: queues.statuses.url,
        ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
      },
      memoryMegabytes: 512,
      timeout: Duration.seconds(30),
    });
    receive.consume(queue.queue);
    queues.ingress.grantSend(receive.function);
    queues.statuses.grantSend(receive.function);
    storage.archive.grant(receive.function, 'write', 'claims/');
  }
}

function publisherOf(connector: string): string {
  const publisher = declarationOf(connector)?.topicPublisher;
  if (publisher) return publisher;
  throw new Error(`${connector} does not say who publishes on its topic`);
}

function declarationOf(connector: string): Declaration | undefined {
  return isConnectorId(connector) ? declarations[connector] : undefined;
}
