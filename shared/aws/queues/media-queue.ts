import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Queue } from '#shared/aws/publish/queues';
import type { MediaJob } from '#shared/model/media-job';
import { queueBody } from '#shared/queue-message';

/** Asks for one file to be fetched. Not FIFO: files arrive in any order, and a large one holds up nobody. */
export async function requestFile({ client, url }: Queue, job: MediaJob): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: queueBody(job) }));
}
