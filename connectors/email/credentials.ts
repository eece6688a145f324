import * as z from 'zod/mini';

/** SES itself is called with the function's role; the only secret is ours. */
export const Credentials = z.object({
  /**
   * Signs the reply tokens and the loop header. After a change old ones are still found, because each was stored when
   * it was sent.
   */
  replyTokenKey: z.string().check(z.minLength(16)),
});
export type Credentials = z.infer<typeof Credentials>;
