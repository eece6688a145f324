import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';
import { GenerationVariable } from '#shared/generation';
import { RetentionVariable } from '#shared/retention';

export const NormalizeEnv = z.object({
  /** The queue that it reads; `LANE` is the kind of messages on it. */
  QUEUE_URL: z.url(),
  LANE: z.enum(['ingress', 'mail', 'statuses']),
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  RETENTION: RetentionVariable,
  GENERATION: GenerationVariable,
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
  MEDIA_QUEUE_URL: z.url(),
  ARCHIVE_BUCKET: z.string().min(3),
});

/** Adds the variables of the lanes `ingress` and `mail`: their messages keep an order, so the function counts their tries. */
export const IngressEnv = z.object({
  ...NormalizeEnv.shape,
  /** Takes a message every try of which has failed. */
  DEAD_LETTERS_URL: z.url(),
  MOST_TRIES: z.coerce.number().int().positive(),
  /** Takes the items of mails; absent in the function that reads it, and in a stage without mail accounts. */
  MAIL_INGRESS_QUEUE_URL: z.url().optional(),
});
