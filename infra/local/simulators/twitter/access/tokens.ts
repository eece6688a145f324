import { randomBytes } from 'node:crypto';
import type { ApiRequest, SimulatedAccount } from '#infra/local/simulators/simulator';

/** The tokens that came from one consent of a user. All die together. */
export interface TokenFamily {
  readonly account: SimulatedAccount;
  readonly scopes: readonly string[];
  isDead: boolean;
  /** The one refresh token that is still good. */
  current?: string;
  /** The challenge of a code that waits for its verifier. */
  readonly challenge?: string;
  readonly redirectUri?: string;
  readonly codeExpiresAt?: number;
}

/** A bearer token: of an app, or of a user by OAuth 2. */
export interface Token {
  readonly account: SimulatedAccount;
  readonly family?: TokenFamily;
  /** Milliseconds by the simulator's clock. */
  readonly expiresAt?: number;
}

export function newToken(): string {
  return randomBytes(40).toString('base64url');
}

const issued = new WeakMap<SimulatedAccount, UserTokens>();

interface UserTokens {
  readonly accessToken: string;
  readonly accessTokenSecret: string;
}

/** The OAuth 1.0a tokens of an account for its app: those of its secret; where that has none yet, new ones that stay. */
export function userTokensOf(account: SimulatedAccount): UserTokens {
  const { accessToken, accessTokenSecret } = account.credentials;
  if (accessToken && accessTokenSecret) return { accessToken, accessTokenSecret };
  const tokens = issued.get(account) ?? {
    accessToken: `${account.address}-${newToken()}`,
    accessTokenSecret: newToken(),
  };
  issued.set(account, tokens);
  return tokens;
}

/** The OAuth 2 part of an account's secret, of which each field may be absent. */
export function oauth2Of({ credentials }: SimulatedAccount) {
  const field = (name: string) => credentials[`oauth2.${name}`];
  return {
    ...{ clientId: field('clientId'), clientSecret: field('clientSecret') },
    ...{ accessToken: field('accessToken'), refreshToken: field('refreshToken') },
    expiresAt: field('expiresAt'),
  };
}

/** The id of an account's client; an account without an OAuth 2 client of its own has its consumer key. */
export function clientIdOf(account: SimulatedAccount): string {
  return oauth2Of(account).clientId ?? account.credentials['consumerKey'] ?? '';
}

export function clientSecretOf(account: SimulatedAccount): string | undefined {
  const { clientId, clientSecret } = oauth2Of(account);
  return clientId === undefined ? account.credentials['consumerSecret'] : clientSecret;
}

/** The id and secret of the client of a request (RFC 6749, 2.3.1). */
export function basicCredentials({ headers }: ApiRequest): readonly [string, string] | undefined {
  const encoded = /^Basic (.+)$/.exec(headers['authorization'] ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [decodeURIComponent(id), decodeURIComponent(secret)];
}

/** The fields of a form; none of another body. */
export function formOf({ headers, body }: ApiRequest): URLSearchParams {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return new URLSearchParams(isForm ? body.toString('utf8') : '');
}
