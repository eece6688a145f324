import * as z from 'zod/mini';

const secret = z.string().check(z.minLength(1));

/**
 * OAuth 1.0a user context. Its tokens never expire and every sending endpoint takes them, while OAuth 2 refresh
 * tokens are single-use: two functions refreshing at once would lose the account.
 * `consumerSecret` is also the key of the webhook signatures and of the CRC answer.
 */
export const Credentials = z.object({
  consumerKey: secret,
  consumerSecret: secret,
  accessToken: secret,
  accessTokenSecret: secret,
});
export type Credentials = z.infer<typeof Credentials>;
