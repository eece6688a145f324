import * as z from 'zod/mini';

const mailAddress = z
  .string()
  .check(z.trim(), z.toLowerCase(), z.regex(/^[^\s@<>",;:]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/));

/** The settings of one mailbox. */
export const Account = z.object({
  /** The mailbox we answer from. `+` labels of it are ours as well. */
  address: mailAddress,
  /** The name customers see. */
  fromName: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(128))),
  /** The domain that receives the replies, when it is not the one that mail is sent from. */
  replyDomain: z.optional(
    z.string().check(z.toLowerCase(), z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)),
  ),
  /**
   * Groups in front of the mailbox (Google Groups, Microsoft 365) that pass mail on in their own name. Such a mail
   * belongs to the person who wrote to the group.
   */
  groupAddresses: z.optional(z.array(mailAddress)),
  /** A mail that the spam check failed: passed on with the verdict (`deliver`, when absent), or held back (`hold`). */
  spam: z.optional(z.enum(['deliver', 'hold'])),
  /** A mail that the virus check failed: passed on without its files (`withhold`, when absent), or held back (`hold`). */
  virus: z.optional(z.enum(['withhold', 'hold'])),
  /** The SES configuration set whose events tell us what became of a mail. */
  configurationSet: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/))),
});
export type Account = z.infer<typeof Account>;
