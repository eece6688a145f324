import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Queue } from './publish/normalized-queue.ts';

/** Puts one reply command on the replies queue. The body must be ASCII-safe JSON (`canonicalJson`). */
export async function enqueueReply({ client, url }: Queue, body: string): Promise<void> {
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
}
