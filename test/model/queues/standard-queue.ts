import type { Queue } from '#shared/aws/queues/queue';
import type { FifoQueue, Queued } from './fifo-queue.ts';

interface Entry {
  readonly MessageBody?: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

/** A standard queue of the harness: takes everything, and hands out whatever is not deleted, in any order. */
export function standardQueue(name: string): FifoQueue {
  const taken: Queued[] = [];
  const offences: string[] = [];
  const take = ({ MessageBody: body = '', MessageGroupId: group = '', ...entry }: Entry) => {
    if (entry.MessageDeduplicationId !== undefined) offences.push(`${name}: a deduplication id`);
    if (!/^[0-9a-f]{64}$/.test(group)) offences.push(`${name}: group ${group}`);
    const number = taken.length;
    taken.push({ number, group, deduplicationId: '', body, receives: 0, deleted: false });
  };
  const send = async ({ input }: { input: { readonly Entries?: readonly Entry[] } }) => {
    for (const entry of input.Entries ?? []) take(entry);
    return {};
  };
  return {
    url: `https://sqs.invalid/${name}`,
    client: { send } as unknown as Queue['client'],
    taken,
    offences,
    heads: () => taken.filter(({ deleted }) => !deleted),
  };
}

/** One client for several queues, as SQS's own is. */
export function clientOf(...queues: readonly Queue[]): Queue['client'] {
  const send = async (command: { readonly input: { readonly QueueUrl?: string } }) => {
    const queue = queues.find(({ url }) => url === command.input.QueueUrl);
    if (!queue) throw new Error(`no queue ${command.input.QueueUrl}`);
    return queue.client.send(command as never);
  };
  return { send } as unknown as Queue['client'];
}
