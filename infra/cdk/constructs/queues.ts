import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { MessageQueue } from './message-queue.ts';

export interface QueuesProps {
  /** AWS accounts that may consume the normalized queue, beside this one. */
  readonly consumers: readonly string[];
  /** True in a stage with accounts for mail, which get a queue of their own. */
  readonly receivesMail: boolean;
}

/**
 * Tries before a message is dead. The consumers wait longer after each one (shared/aws/queues/queue-consumer.ts):
 * twenty outlast a fault of AWS of half an hour. Unreadable messages are not among them, they are quarantined at once.
 */
const outage = 20;
/**
 * A reply that waits for its provider's pace, a helpdesk that is down and a file its provider cannot give yet are no
 * faults: a dead letter would break the order.
 */
const patience = 100;

/** A helpdesk that is down, or an account that is paused, for longer than a weekend. */
const longOutage = Duration.days(10);

/** The queues between the functions, the providers and the helpdesk: six, and one for mail. */
export class Queues extends Construct {
  /** Verified items, as the webhook endpoints hand them in. */
  readonly ingress: MessageQueue;
  /** The same for mails, which take the time and the memory of many messages. Absent in a stage without them. */
  readonly mailIngress?: MessageQueue;
  /** Verified delivery statuses. Not FIFO: they may be handled in any order, and in large batches. */
  readonly statuses: MessageQueue;
  /** Events for helpdesks to read. */
  readonly normalized: MessageQueue;
  /** Send commands, one conversation after the other. */
  readonly outbound: MessageQueue;
  /** Reply commands of helpdesks. FIFO: replies of one conversation leave in the order in which they were taken. */
  readonly replies: MessageQueue;
  /** Files to fetch from providers. Not FIFO: a large one does not hold up the others. */
  readonly media: MessageQueue;

  constructor(scope: Construct, id: string, props: QueuesProps) {
    super(scope, id);
    this.ingress = new MessageQueue(this, 'Ingress', { tries: outage, countsOwnTries: true });
    this.statuses = new MessageQueue(this, 'Statuses', {
      fifo: false,
      // Six times the minute that a batch of statuses may take.
      visibilityTimeout: Duration.minutes(6),
      tries: outage,
    });
    this.normalized = new MessageQueue(this, 'Normalized', {
      consumers: props.consumers,
      tries: patience,
      retention: longOutage,
    });
    this.outbound = new MessageQueue(this, 'Outbound', {
      tries: patience,
      countsOwnTries: true,
      retention: longOutage,
      // The sending function may take a minute and a half: it uploads files of a hundred megabytes.
      visibilityTimeout: Duration.minutes(9),
    });
    this.replies = new MessageQueue(this, 'Replies', { tries: outage, countsOwnTries: true });
    this.media = new MessageQueue(this, 'Media', {
      fifo: false,
      // Six times the five minutes that fetching one file may take.
      visibilityTimeout: Duration.minutes(30),
      tries: patience,
    });
    if (props.receivesMail) {
      this.mailIngress = new MessageQueue(this, 'MailIngress', {
        ...{ tries: outage, countsOwnTries: true },
        // Six times the minute that a mail may take.
        visibilityTimeout: Duration.minutes(6),
      });
      this.output('MailIngress', this.mailIngress);
    }
    this.output('Ingress', this.ingress);
    this.output('Statuses', this.statuses);
    this.output('Normalized', this.normalized);
    this.output('Outbound', this.outbound);
    this.output('Replies', this.replies);
    this.output('Media', this.media);
  }

  private output(name: string, { queue, deadLetters }: MessageQueue): void {
    const stack = Stack.of(this);
    new CfnOutput(stack, `${name}QueueUrl`, { value: queue.queueUrl });
    new CfnOutput(stack, `${name}DeadLettersUrl`, { value: deadLetters.queueUrl });
  }
}
