import { Duration } from 'aws-cdk-lib';
import { AccountPrincipal, type IGrantable } from 'aws-cdk-lib/aws-iam';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface MessageQueueProps {
  /**
   * Keeps the order within a message group.
   * @default true
   */
  readonly fifo?: boolean;
  /**
   * The time for which one consumer may hold a message. At least six times the timeout of a consuming function.
   * @default three minutes
   */
  readonly visibilityTimeout?: Duration;
  /**
   * The time for which a message waits for its consumer. Shorter than its dead letters are kept.
   * @default four days
   */
  readonly retention?: Duration;
  /** Tries before a message is set aside. */
  readonly tries: number;
  /**
   * True when one of our functions works through it in batches and counts the tries of each message by itself
   * (shared/aws/queues/own-tries.ts). SQS also counts the receives in which a message only waited behind others of its
   * batch, so it must not set the message aside before all of those can have had their tries.
   * @default false
   */
  readonly countsOwnTries?: boolean;
  /**
   * AWS accounts that may consume the queue, beside this one.
   * @default none
   */
  readonly consumers?: readonly string[];
}

/** Messages in one batch of a function. SQS may give as many of one group. */
export const batchSize = 10;

const protection: QueueProps = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
};

/** As long as SQS keeps anything. */
const deadLetterRetention = Duration.days(14);

/**
 * FIFO for high throughput: the deduplication id counts within its group. It is always given by the sender, from
 * the provider's id or the event's; a hash of the body would call two customers' "ok" the same message.
 */
const fifoMode: QueueProps = {
  fifo: true,
  contentBasedDeduplication: false,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
};

/**
 * A queue with its dead-letter queue, both encrypted and TLS-only. A standard queue's message keeps the time it was
 * first sent when it dies ("Understanding message retention periods for dead-letter queues"), so the dead letters must
 * be kept for longer than the queue keeps its messages: one that died on its last day would be gone at once.
 */
export class MessageQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly tries: number;

  constructor(scope: Construct, id: string, props: MessageQueueProps) {
    super(scope, id);
    this.tries = props.tries;
    const maxReceiveCount = props.countsOwnTries ? props.tries * batchSize : props.tries;
    const mode = props.fifo === false ? {} : fifoMode;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...protection,
      ...mode,
      retentionPeriod: deadLetterRetention,
    });
    this.queue = new Queue(this, 'Queue', {
      ...protection,
      ...mode,
      retentionPeriod: props.retention ?? Duration.days(4),
      visibilityTimeout: props.visibilityTimeout ?? Duration.minutes(3),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
    for (const consumer of props.consumers ?? []) {
      this.queue.grantConsumeMessages(new AccountPrincipal(consumer));
    }
  }

  get url(): string {
    return this.queue.queueUrl;
  }

  /** Lets `grantee` read its dead letters, and give them back or delete them. */
  grantAnsweringDead(grantee: IGrantable): void {
    this.deadLetters.grant(
      grantee,
      ...['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility'].map(
        (name) => `sqs:${name}`,
      ),
    );
  }

  /** Environment variables of a function that counts the tries of its messages. */
  get ownTries(): Readonly<Record<'DEAD_LETTERS_URL' | 'MOST_TRIES', string>> {
    return { DEAD_LETTERS_URL: this.deadLetters.queueUrl, MOST_TRIES: String(this.tries) };
  }

  /** Lets `grantee` set messages aside that have had their tries. */
  grantSettingAside(grantee: IGrantable): void {
    this.deadLetters.grant(grantee, 'sqs:SendMessage');
  }

  /** Lets `grantee` put messages in, and do nothing else to the queue. */
  grantSend(grantee: IGrantable): void {
    this.queue.grant(grantee, 'sqs:SendMessage');
  }
}
