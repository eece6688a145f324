import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { usageError } from '#infra/cli/cli-error';
import { openTable, type Table } from '#infra/cli/stage/table';
import { openStackWith } from './stack.ts';

/** A dead-letter queue, and the queue its messages come from. */
export interface DeadLetterQueue {
  /** The name of the queue they come from: `ingress`, `mail-ingress`. */
  readonly name: string;
  readonly url: string;
  readonly source: string;
  readonly client: SQSClient;
}

const Queues = z.object({
  queues: z.looseObject({ deadLetters: z.record(z.string(), z.string()) }),
});

/** Every dead-letter queue of the stack. */
export function openDeadLetterQueues(localDir: string): {
  readonly queues: readonly DeadLetterQueue[];
  readonly logs: string | undefined;
  readonly table: Table;
} {
  const { stack, more } = openStackWith(localDir, Queues);
  const { endpoints, region, credentials, logs } = stack;
  const client = new SQSClient({ endpoint: endpoints.sqs, region, credentials });
  const { deadLetters, ...others } = more.queues;
  const queues = Object.entries(deadLetters).map(([name, url]) => ({
    name,
    url,
    source: z.string().parse(others[name]),
    client,
  }));
  return { queues, logs, table: openTable(stack) };
}

/** The queue of this name; undefined for any other name. */
export function queueNamed(
  queues: readonly DeadLetterQueue[],
  name: string,
): DeadLetterQueue | undefined {
  const found = queues.find((each) => each.name === name);
  if (found || !/^[a-z]+(-[a-z]+)*$/.test(name) || /^[0-9a-f-]+$/.test(name)) return found;
  const allowed = queues.map((each) => each.name).join(', ');
  throw usageError(`no queue ${name}: allowed are ${allowed}, or the id of a message`, 'dlq');
}

/** Counts the messages that can be received now, and those that a reader holds. SQS calls both approximate. */
export async function depthOf({
  client,
  url,
}: DeadLetterQueue): Promise<{ readonly waiting: number; readonly held: number }> {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    waiting: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    held: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
}
