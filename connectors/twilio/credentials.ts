import * as z from 'zod/mini';

/** The content of the secret of one Twilio account. */
export const Credentials = z.object({
  /** The account that owns the number: of a subaccount its own, because Twilio signs with the owner's token. */
  accountSid: z
    .string()
    .check(z.regex(/^AC[0-9a-fA-F]{32}$/, 'expected AC and 32 hexadecimal digits')),
  /** Signs every webhook; an API key's secret never does (usage/webhooks/webhooks-security). */
  authToken: z.string().check(z.minLength(1)),
  /** During a rotation either token may have signed. */
  secondaryAuthToken: z.optional(z.string().check(z.minLength(1))),
  /** For the REST API instead of the token, when both are given: a key can be revoked alone. */
  apiKeySid: z.optional(
    z.string().check(z.regex(/^SK[0-9a-fA-F]{32}$/, 'expected SK and 32 hexadecimal digits')),
  ),
  apiKeySecret: z.optional(z.string().check(z.minLength(1))),
});
export type Credentials = z.infer<typeof Credentials>;
