import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';

export const NormalizeEnv = z.object({
  /** The queue it reads, and what travels on it. */
  QUEUE_URL: z.url(),
  LANE: z.enum(['ingress', 'statuses']),
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
  MEDIA_QUEUE_URL: z.url(),
  ARCHIVE_BUCKET: z.string().min(3),
});
