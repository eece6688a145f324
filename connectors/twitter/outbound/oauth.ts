import { OAuth1Helper } from 'twitter-api-v2/dist/cjs/client-mixins/oauth1.helper.js';
import type { Credentials } from '#connectors/twitter/credentials';

/**
 * The `Authorization` header of one call in our user's name: the bearer token of OAuth 2 where the account has one, else
 * a signature of OAuth 1.0a. X takes OAuth 2 for v2 alone, so files of other hosts are signed where that is possible. A query is part of an OAuth 1.0a signature, a JSON body
 * is not (RFC 5849, 3.4.1.3.1).
 *
 * Only files are fetched with it, from hosts of X's that its client does not know. Every call of the API leaves by the
 * client (docs/decisions/0017).
 */
export function authorizationFor(
  method: 'GET' | 'POST',
  url: string,
  credentials: Credentials,
): string {
  const { oauth2, accessToken = '', accessTokenSecret = '' } = credentials;
  if (oauth2 && (isOfV2(url) || accessToken === '')) return `Bearer ${oauth2.accessToken}`;
  const signer = new OAuth1Helper({
    consumerKeys: { key: credentials.consumerKey, secret: credentials.consumerSecret },
  });
  const parameters = signer.authorize(
    { url, method },
    { key: accessToken, secret: accessTokenSecret },
  );
  return signer.toHeader(parameters).Authorization;
}

function isOfV2(url: string): boolean {
  return new URL(url).pathname.startsWith('/2/');
}
