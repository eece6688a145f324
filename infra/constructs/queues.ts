import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { MessageQueue } from './message-queue.ts';

export interface QueuesProps {
  /** AWS accounts that may consume the normalized queue, beside this one. */
  readonly consumers: readonly string[];
}

/** The four queues between the functions, the providers and the helpdesk. */
export class Queues extends Construct {
  /** Verified items, as the doors hand them in. */
  readonly ingress: MessageQueue;
  /** What helpdesks read. */
  readonly normalized: MessageQueue;
  /** Send commands, one conversation after the other. */
  readonly outbound: MessageQueue;
  /** What helpdesks write. Not FIFO: each reply is put into its place by the store, not by the queue. */
  readonly replies: MessageQueue;

  constructor(scope: Construct, id: string, props: QueuesProps) {
    super(scope, id);
    this.ingress = new MessageQueue(this, 'Ingress');
    this.normalized = new MessageQueue(this, 'Normalized', { consumers: props.consumers });
    this.outbound = new MessageQueue(this, 'Outbound');
    this.replies = new MessageQueue(this, 'Replies', { fifo: false });
    this.output('Ingress', this.ingress);
    this.output('Normalized', this.normalized);
    this.output('Outbound', this.outbound);
    this.output('Replies', this.replies);
  }

  private output(name: string, { queue, deadLetters }: MessageQueue): void {
    const stack = Stack.of(this);
    new CfnOutput(stack, `${name}QueueUrl`, { value: queue.queueUrl });
    new CfnOutput(stack, `${name}DeadLettersUrl`, { value: deadLetters.queueUrl });
  }
}
