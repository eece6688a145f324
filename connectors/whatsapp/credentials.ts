import * as z from 'zod/mini';

/** A secret is pasted by hand, and a line break at its end would make every signature wrong. */
const secret = z.string().check(z.trim(), z.minLength(1));

/** The content of the account's secret. */
export const Credentials = z.object({
  /** The Meta app's secret: the key of every webhook signature. */
  appSecret: secret,
  /** Secrets of further Meta apps whose webhooks come to the same URL. */
  appSecrets: z.optional(z.array(secret)),
  /** Our own word, typed into the App Dashboard beside the callback URL. */
  verifyToken: secret,
  /**
   * The token of a system user, with `whatsapp_business_messaging`. Goes into a header, so nothing but printable ASCII.
   */
  accessToken: secret.check(z.regex(/^[!-~]+$/, 'accessToken is printable ASCII without spaces')),
});
export type Credentials = z.infer<typeof Credentials>;
