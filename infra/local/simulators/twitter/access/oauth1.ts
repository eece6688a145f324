import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiRequest, SimulatedAccount } from '#infra/local/simulators/simulator';

/** X refuses a timestamp further than this from its own clock (code 135). */
const clockToleranceSeconds = 300;

/**
 * Finds the account whose OAuth 1.0a user context signed this request, or nothing: written from RFC 5849 (3.4.1 and
 * 3.4.2) and from no library, so that it can tell whether a library signs rightly.
 */
export function signedBy(
  request: ApiRequest,
  accounts: readonly SimulatedAccount[],
  now: Date,
): SimulatedAccount | undefined {
  const oauth = oauthParameters(request.headers['authorization'] ?? '');
  if (!oauth) return undefined;
  const age = Math.abs(now.getTime() / 1000 - Number(oauth['oauth_timestamp']));
  if (!(age <= clockToleranceSeconds) || !oauth['oauth_nonce']) return undefined;
  // Without a token the request is the app's, not a user's.
  if (!oauth['oauth_token']) return undefined;
  const account = accounts.find(
    ({ credentials }) =>
      credentials['consumerKey'] === oauth['oauth_consumer_key'] &&
      credentials['accessToken'] === oauth['oauth_token'],
  );
  return account && equal(signature(request, oauth, account), oauth['oauth_signature'] ?? '')
    ? account
    : undefined;
}

function oauthParameters(header: string): Readonly<Record<string, string>> | undefined {
  if (!header.startsWith('OAuth ')) return undefined;
  const pairs = [...header.slice(6).matchAll(/(\w+)="([^"]*)"/g)];
  const oauth = Object.fromEntries(
    pairs.map(([, name, value]) => [name, decodeURIComponent(value ?? '')]),
  );
  return oauth['oauth_signature_method'] === 'HMAC-SHA1' ? oauth : undefined;
}

function signature(
  { method, headers, path, query }: ApiRequest,
  oauth: Readonly<Record<string, string>>,
  { credentials }: SimulatedAccount,
): string {
  const { oauth_signature: _, ...signed } = oauth;
  const parameters = [...Object.entries(signed), ...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
  const url = `http://${headers['host']}${path}`;
  const base = [method.toUpperCase(), url, parameters].map(encode).join('&');
  const secrets = [credentials['consumerSecret'], credentials['accessTokenSecret']];
  const key = secrets.map((secret) => encode(secret ?? '')).join('&');
  return createHmac('sha1', key).update(base).digest('base64');
}

/** Encodes by RFC 3986: only letters, digits and `-._~` stay. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!*'()]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function equal(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}
