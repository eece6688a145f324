import * as z from 'zod';
import { AccountsVariable } from '#shared/accounts';

export const CatchUpEnv = z.object({
  ACCOUNTS: AccountsVariable,
  TABLE_NAME: z.string().min(3),
  INGRESS_QUEUE_URL: z.url(),
  /** The bucket in which a reading that stopped before its end waits, and an item too large for the queue. */
  ARCHIVE_BUCKET: z.string(),
  /** The age at which a message is read from a list: until then its webhook may be on the way. */
  AFTER_SECONDS: z.coerce.number().nonnegative(),
  CALL_TIMEOUT_SECONDS: z.coerce.number().positive(),
});
