import { createHash } from 'node:crypto';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { json, notFound } from '#infra/local/simulators/twitter/answers';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { stateOf } from '#infra/local/simulators/twitter/state';
import { knownTokens } from './known-tokens.ts';
import {
  basicCredentials,
  clientIdOf,
  clientSecretOf,
  formOf,
  newToken,
  type TokenFamily,
} from './tokens.ts';

const invalidValue = refused(400, 'invalid_request', 'Value passed for the token was invalid.');

function refused(status: number, error: string, error_description: string): ApiAnswer {
  return json(status, { error, error_description });
}

/** OAuth 2 with PKCE: consent, tokens, and their end. Undefined for other paths. */
export function answerOauth2(request: ApiRequest, world: SimulatorWorld): ApiAnswer | undefined {
  const { method, path } = request;
  if (path === '/i/oauth2/authorize') return authorize(request, world);
  if (path !== '/2/oauth2/token' && path !== '/2/oauth2/revoke') return undefined;
  if (method !== 'POST') return notFound;
  const form = formOf(request);
  const client = clientOf(request, form, world);
  if (!client) return refused(401, 'unauthorized_client', 'Missing valid authorization header');
  if (path === '/2/oauth2/revoke') return revoke(form, world);
  const grant = form.get('grant_type');
  if (grant === 'authorization_code') return exchangeCode(form, client, world);
  if (grant === 'refresh_token') return refresh(form, client, world);
  return refused(400, 'unsupported_grant_type', 'Value passed for the grant type was invalid.');
}

/** A confidential client signs in with its secret; a public one names itself. */
function clientOf(request: ApiRequest, form: URLSearchParams, { accounts }: SimulatorWorld) {
  const basic = basicCredentials(request);
  const id = basic?.[0] ?? form.get('client_id');
  const client = accounts.find((account) => clientIdOf(account) === id);
  return basic && client && clientSecretOf(client) !== basic[1] ? undefined : client;
}

/** The page on which a user consents; here it consents at once, for the client's first account or the one in `account`. */
function authorize({ query }: ApiRequest, world: SimulatorWorld): ApiAnswer {
  const account = world.accounts.find(
    (each) =>
      clientIdOf(each) === query.get('client_id') &&
      (query.get('account') ?? each.account) === each.account,
  );
  const redirectUri = query.get('redirect_uri');
  const challenge = query.get('code_challenge');
  const isWhole = query.get('response_type') === 'code' && query.get('state') && challenge;
  if (!account || !redirectUri || !isWhole) {
    return refused(
      400,
      'invalid_request',
      'Something went wrong. You weren’t able to give access.',
    );
  }
  const code = newToken();
  const isPlain = query.get('code_challenge_method') !== 'S256';
  const scopes = (query.get('scope') ?? '').split(' ').filter(Boolean);
  stateOf(world).codes.set(code, {
    ...{ account, scopes, redirectUri, isDead: false },
    challenge: isPlain ? hashed(challenge) : challenge,
  });
  const location = new URL(redirectUri);
  location.searchParams.set('state', query.get('state') ?? '');
  location.searchParams.set('code', code);
  return { status: 302, headers: { location: location.href }, body: '' };
}

function exchangeCode(form: URLSearchParams, client: SimulatedAccount, world: SimulatorWorld) {
  const { codes, revoked } = stateOf(world);
  const family = codes.get(form.get('code') ?? '');
  codes.delete(form.get('code') ?? '');
  const isRight =
    family?.challenge === hashed(form.get('code_verifier') ?? '') &&
    family.redirectUri === form.get('redirect_uri') &&
    clientIdOf(family.account) === clientIdOf(client);
  if (!isRight) {
    return refused(400, 'invalid_request', 'Value passed for the authorization code was invalid.');
  }
  revoked.delete(family.account.address);
  return json(200, issueTokens(family, world));
}

/** A refresh token is good once. One that is used again tells of a thief, and ends all tokens of its family. */
function refresh(form: URLSearchParams, client: SimulatedAccount, world: SimulatorWorld) {
  const given = form.get('refresh_token') ?? '';
  const family = knownTokens(world).refreshTokens.get(given);
  if (!family || family.isDead || clientIdOf(family.account) !== clientIdOf(client)) {
    return invalidValue;
  }
  if (family.current !== given) {
    family.isDead = true;
    return invalidValue;
  }
  return json(200, issueTokens(family, world));
}

/** Gives out a new access token, and a refresh token in place of the last one. */
export function issueTokens(family: TokenFamily, world: SimulatorWorld) {
  const { tokens, refreshTokens } = stateOf(world);
  const { accessTokenSeconds } = conditionsOf(world);
  const [access, next] = [newToken(), newToken()];
  const { account, scopes } = family;
  const expiresAt = world.now().getTime() + accessTokenSeconds * 1000;
  tokens.set(access, { account, family, expiresAt });
  const canRefresh = scopes.includes('offline.access');
  if (canRefresh) {
    family.current = next;
    refreshTokens.set(next, family);
  }
  return {
    ...{ token_type: 'bearer', expires_in: Math.ceil(accessTokenSeconds), access_token: access },
    scope: scopes.join(' '),
    ...(canRefresh ? { refresh_token: next } : {}),
  };
}

function revoke(form: URLSearchParams, world: SimulatorWorld): ApiAnswer {
  const given = form.get('token') ?? '';
  const { tokens, refreshTokens } = knownTokens(world);
  const family = refreshTokens.get(given) ?? tokens.get(given)?.family;
  if (!family) return invalidValue;
  family.isDead = true;
  return json(200, { revoked: true });
}

/** RFC 7636, S256. */
function hashed(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
