import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { receivesMail } from '#connectors/capabilities';
import { canonicalJson } from '#shared/json';
import type { Planned } from './plan.ts';
import type { ReplayStack } from './stack.ts';

/**
 * Puts an item on the ingress queue, or on that for mails, marked as a replay: normalize stores it if it is missing and
 * corrects it if it is read differently. Resolves with the name of the queue. The deduplication id is a new one, because SQS may still remember the item's own.
 */
export async function putOnIngress(
  { client, url, mailUrl = url }: ReplayStack['ingress'],
  { item, groupId }: NonNullable<Planned['replay']>,
): Promise<'ingress' | 'mail-ingress'> {
  const isForMail = mailUrl !== url && receivesMail(item.connector);
  await client.send(
    new SendMessageCommand({
      QueueUrl: isForMail ? mailUrl : url,
      MessageBody: canonicalJson({ ...item, replay: true }),
      MessageGroupId: groupId,
      MessageDeduplicationId: randomUUID(),
    }),
  );
  return isForMail ? 'mail-ingress' : 'ingress';
}
