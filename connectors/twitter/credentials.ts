import * as z from 'zod/mini';
import { isObject } from '#shared/json';

const secret = z.string().check(z.minLength(1));

/**
 * OAuth 2 user context. The refresh token can be used once and brings the next one; one function alone refreshes
 * (functions/refresh-tokens), because two at once would lose the account.
 */
export const OAuth2 = z.object({
  clientId: secret,
  /** A confidential client has one, a public one has none. */
  clientSecret: z.optional(secret),
  accessToken: secret,
  refreshToken: secret,
  /** The end of the access token, by our clock. */
  expiresAt: z.iso.datetime(),
});
export type OAuth2 = z.infer<typeof OAuth2>;

const Fields = z.object({
  consumerKey: secret,
  consumerSecret: secret,
  accessToken: z.optional(secret),
  accessTokenSecret: z.optional(secret),
  oauth2: z.optional(OAuth2),
});

/**
 * OAuth 1.0a user context by default: its tokens never expire and every sending endpoint takes them. `oauth2` is used
 * instead where it is there, and the 1.0a tokens may then be absent.
 * `consumerSecret` is also the key of the webhook signatures and of the CRC answer.
 */
export const Credentials = Fields.check(
  hasTokenUnlessOAuth2('accessToken'),
  hasTokenUnlessOAuth2('accessTokenSecret'),
);
export type Credentials = z.infer<typeof Credentials>;

/** A missing 1.0a token is named also where other fields are missing, so that the whole secret is told at once. */
function hasTokenUnlessOAuth2(name: 'accessToken' | 'accessTokenSecret') {
  return z.refine<z.infer<typeof Fields>>(
    (value) => value.oauth2 !== undefined || value[name] !== undefined,
    { path: [name], error: 'missing; allowed: a string', when: ({ value }) => isObject(value) },
  );
}
