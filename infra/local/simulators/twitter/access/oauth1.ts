import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { formOf, userTokensOf } from './tokens.ts';

/** X refuses a timestamp further than this from its own clock (code 135). */
const clockToleranceSeconds = 300;

/**
 * Finds the account whose OAuth 1.0a user context signed this request, or nothing: written from RFC 5849 (3.4.1 and
 * 3.4.2) and from no library, so that it can tell whether a library signs rightly.
 */
export function signedBy(request: ApiRequest, world: SimulatorWorld): SimulatedAccount | undefined {
  const oauth = oauthParameters(request);
  // Without a token the request is the app's, not a user's.
  if (!oauth?.['oauth_token']) return undefined;
  const account = world.accounts.find(
    (each) =>
      each.credentials['consumerKey'] === oauth['oauth_consumer_key'] &&
      userTokensOf(each).accessToken === oauth['oauth_token'],
  );
  if (!account) return undefined;
  const secrets = [
    account.credentials['consumerSecret'] ?? '',
    userTokensOf(account).accessTokenSecret,
  ] as const;
  return isSignedWith(request, secrets, world.now()) ? account : undefined;
}

/** The parameters of the `Authorization` header; undefined for another way to sign in. */
export function oauthParameters({
  headers,
}: ApiRequest): Readonly<Record<string, string>> | undefined {
  const header = headers['authorization'] ?? '';
  if (!header.startsWith('OAuth ')) return undefined;
  const pairs = [...header.slice(6).matchAll(/(\w+)="([^"]*)"/g)];
  const oauth = Object.fromEntries(
    pairs.map(([, name, value]) => [name, decodeURIComponent(value ?? '')]),
  );
  return oauth['oauth_signature_method'] === 'HMAC-SHA1' ? oauth : undefined;
}

/** True where the request was signed just now with the secrets of an app and of a token; that may be empty. */
export function isSignedWith(
  request: ApiRequest,
  secrets: readonly [consumerSecret: string, tokenSecret: string],
  now: Date,
): boolean {
  const oauth = oauthParameters(request);
  const age = Math.abs(now.getTime() / 1000 - Number(oauth?.['oauth_timestamp']));
  if (!oauth?.['oauth_nonce'] || !(age <= clockToleranceSeconds)) return false;
  return equal(signature(request, oauth, secrets), oauth['oauth_signature'] ?? '');
}

/**
 * The fields of a form are signed, any other body is not. A field that repeats a parameter of the header counts once: the
 * package `twitter-api-v2` sends `oauth_token` in both, and X takes it.
 */
function signature(
  request: ApiRequest,
  oauth: Readonly<Record<string, string>>,
  secrets: readonly string[],
): string {
  const { method, headers, path, query } = request;
  const { oauth_signature: _, ...signed } = oauth;
  const fields = [...formOf(request)].filter(([name]) => !Object.hasOwn(signed, name));
  const parameters = [...Object.entries(signed), ...query, ...fields]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&');
  const url = `http://${headers['host']}${path}`;
  const base = [method.toUpperCase(), url, parameters].map(encode).join('&');
  return createHmac('sha1', secrets.map(encode).join('&')).update(base).digest('base64');
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
