import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';
import { RetentionVariable } from '#shared/retention';

export const NormalizeEnv = z.object({
  INGRESS_QUEUE_URL: z.url(),
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  RETENTION: RetentionVariable,
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
  MEDIA_QUEUE_URL: z.url(),
  ARCHIVE_BUCKET: z.string().min(3),
  /** Takes a message every try of which has failed. */
  DEAD_LETTERS_URL: z.url(),
  MOST_TRIES: z.coerce.number().int().positive(),
});
