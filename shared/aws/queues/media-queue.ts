import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { MediaJob } from '#shared/model/media-job';
import { type Queue, queueBody } from './queue.ts';

/** Asks for one file to be fetched. Not FIFO: files need no order, and a large one must not hold up the others. */
export async function requestFile({ client, url }: Queue, job: MediaJob): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: queueBody(job) }));
}
