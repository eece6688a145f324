import type { ApiRequest, SimulatorWorld } from '#infra/local/simulators/simulator';
import type { Caller } from '#infra/local/simulators/twitter/call';
import { stateOf } from '#infra/local/simulators/twitter/state';
import { knownTokens } from './known-tokens.ts';
import { signedBy } from './oauth1.ts';

/**
 * Finds out who makes a request; nothing, where the credentials are not right, or the user has withdrawn the access of
 * our app.
 */
export function callerOf(request: ApiRequest, world: SimulatorWorld): Caller | undefined {
  const caller = bearerOf(request, world) ?? signerOf(request, world);
  if (!caller || caller.way === 'app') return caller;
  return stateOf(world).revoked.has(caller.account.address) ? undefined : caller;
}

function signerOf(request: ApiRequest, world: SimulatorWorld): Caller | undefined {
  const account = signedBy(request, world);
  return account && { way: 'oauth1', account };
}

function bearerOf({ headers }: ApiRequest, world: SimulatorWorld): Caller | undefined {
  const given = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1];
  const token = knownTokens(world).tokens.get(given ?? '');
  if (!token) return undefined;
  const { account, family, expiresAt = Number.POSITIVE_INFINITY } = token;
  if (!family) return { way: 'app', account };
  const isGood = !family.isDead && world.now().getTime() < expiresAt;
  return isGood ? { way: 'oauth2', account, scopes: family.scopes } : undefined;
}
