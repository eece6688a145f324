import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';
import { GenerationVariable } from '#shared/generation';
import { RetentionVariable } from '#shared/retention';

export const FetchMediaEnv = z.object({
  MEDIA_QUEUE_URL: z.url(),
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  RETENTION: RetentionVariable,
  GENERATION: GenerationVariable,
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
  ARCHIVE_BUCKET: z.string().min(3),
  /** The limit for fetching one file; shorter than the function's own timeout by the time that storing it takes. */
  FETCH_TIMEOUT_SECONDS: z.coerce.number().positive(),
});
