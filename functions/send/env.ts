import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';
import { GenerationVariable } from '#shared/generation';
import { RetentionVariable } from '#shared/retention';

const Variables = z.object({
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  RETENTION: RetentionVariable,
  GENERATION: GenerationVariable,
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
  /** Holds the files that replies show. */
  ARCHIVE_BUCKET: z.string().min(3),
  /** One HTTP attempt is given up after this; shorter than the function's own timeout. */
  ATTEMPT_TIMEOUT_SECONDS: z.coerce.number().positive(),
  /** Handing a file to the provider is given up after this; with an attempt behind it still within the timeout. */
  UPLOAD_TIMEOUT_SECONDS: z.coerce.number().positive(),
  /** The length of a lease on a part: longer than the function's timeout, shorter than the visibility. */
  LEASE_SECONDS: z.coerce.number().positive(),
  /** The wait for callbacks before an uncertain attempt is looked up at its provider. */
  RECONCILE_AFTER_SECONDS: z.coerce.number().positive(),
  /** A slot within this time is waited for on the queue, a later one in `due`. */
  NEAR_SECONDS: z.coerce.number().positive(),
  /** The time for evidence of an uncertain outcome to come; after it the helpdesk is told. */
  UNCERTAIN_AFTER_SECONDS: z.coerce.number().positive(),
  /** Takes a message every try of which has failed. */
  DEAD_LETTERS_URL: z.url(),
  MOST_TRIES: z.coerce.number().int().positive(),
});

/** A lease that ends within an attempt is given back, so that nothing would ever be sent. */
export const SendEnv = Variables.refine(
  (env) => env.LEASE_SECONDS > env.UPLOAD_TIMEOUT_SECONDS + env.ATTEMPT_TIMEOUT_SECONDS,
  {
    path: ['LEASE_SECONDS'],
    error: 'must be longer than UPLOAD_TIMEOUT_SECONDS and ATTEMPT_TIMEOUT_SECONDS together',
  },
);
