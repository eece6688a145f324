import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { hashOf } from '#shared/ids';
import type { IngressMessage } from '#shared/model/ingress';
import { type Queue, queueBody } from './queue.ts';

/** Puts an item on its queue again, to go on after the place that was reached. SQS drops its repeat. */
export async function handOn(
  { client, url }: Queue,
  item: IngressMessage,
  reached: NonNullable<IngressMessage['reached']>,
): Promise<void> {
  const { connector, account, deduplicationId } = item;
  const { conversationId, sequence } = reached;
  await client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: queueBody({ ...item, reached }),
      MessageGroupId: hashOf('handed on', connector, account, deduplicationId),
      MessageDeduplicationId: hashOf(deduplicationId, conversationId, String(sequence)),
    }),
  );
}
