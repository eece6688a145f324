import * as z from 'zod';

/** The reason why a taken reply is not sent yet, and the time at which it probably will be. */
export const Delay = z.object({
  /**
   * `rate_limit`: the provider takes only so many replies of the account. `account_paused`: the provider takes none of
   * the account; a `channel.alert` has told why. `earlier_reply`: an earlier reply of the conversation waits. `retry`:
   * an attempt surely sent nothing, and the next one comes later.
   */
  reason: z.enum(['rate_limit', 'account_paused', 'earlier_reply', 'retry']),
  /** An estimate; absent where it is not known. */
  expectedAt: z.iso.datetime().optional(),
});
export type Delay = z.infer<typeof Delay>;
