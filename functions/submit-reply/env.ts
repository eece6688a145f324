import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';

export const SubmitReplyEnv = z.object({
  /** The accounts' settings, which decide what may be sent through them. */
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  /** Holds the files that replies show. */
  ARCHIVE_BUCKET: z.string().min(3),
  REPLIES_QUEUE_URL: z.url(),
});
