import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';
import { GenerationVariable } from '#shared/generation';
import { RetentionVariable } from '#shared/retention';

export const SweepEnv = z.object({
  /** The accounts, with the speed at which each may send. */
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  RETENTION: RetentionVariable,
  GENERATION: GenerationVariable,
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
  /** Commands that were never accepted: their callers are told. */
  REPLIES_DEAD_LETTERS_URL: z.url(),
  /** Holds the files that are deleted with their messages. */
  ARCHIVE_BUCKET: z.string().min(3),
  /** A slot within this time is waited for on the queue, a later one in `due`. */
  NEAR_SECONDS: z.coerce.number().positive(),
  /** The time for evidence of an uncertain outcome to come; after it the helpdesk is told. */
  UNCERTAIN_AFTER_SECONDS: z.coerce.number().positive(),
});
