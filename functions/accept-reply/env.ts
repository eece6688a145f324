import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';
import { GenerationVariable } from '#shared/generation';
import { RetentionVariable } from '#shared/retention';

export const AcceptReplyEnv = z.object({
  REPLIES_QUEUE_URL: z.url(),
  /** The accounts' settings, which decide what may be sent through them. */
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  RETENTION: RetentionVariable,
  GENERATION: GenerationVariable,
  /** Holds the files that replies show. */
  ARCHIVE_BUCKET: z.string().min(3),
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
  /** Takes a message every try of which has failed. */
  DEAD_LETTERS_URL: z.url(),
  MOST_TRIES: z.coerce.number().int().positive(),
});
