import * as z from 'zod/mini';
import { AccountsVariable } from '#shared/accounts';

export const ReceiveTopicEnv = z.object({
  CONNECTOR: z.string(),
  ACCOUNTS: AccountsVariable,
  /** The queue that the topics fill. */
  TOPIC_QUEUE_URL: z.url(),
  INGRESS_QUEUE_URL: z.url(),
  STATUSES_QUEUE_URL: z.url(),
  /** Where an item too large for the queue waits. */
  ARCHIVE_BUCKET: z.string(),
});
