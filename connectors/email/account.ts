import * as z from 'zod/mini';

/** The settings of one mailbox. */
export const Account = z.object({
  /** The mailbox we answer from. `+` labels of it are ours as well. */
  address: z
    .string()
    .check(z.trim(), z.toLowerCase(), z.regex(/^[^\s@<>",;:]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/)),
  /** The name customers see. */
  fromName: z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(128))),
  /** The domain that receives the replies, when it is not the one that mail is sent from. */
  replyDomain: z.optional(
    z.string().check(z.toLowerCase(), z.regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/)),
  ),
  /** The SES configuration set whose events tell us what became of a mail. */
  configurationSet: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/))),
});
export type Account = z.infer<typeof Account>;
