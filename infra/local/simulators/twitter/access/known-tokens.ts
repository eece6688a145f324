import type { SimulatorWorld } from '#infra/local/simulators/simulator';
import { type State, stateOf } from '#infra/local/simulators/twitter/state';
import { oauth2Of } from './tokens.ts';

/** Everything a support account can use. */
export const allScopes = [
  ...['tweet.read', 'tweet.write', 'users.read', 'dm.read', 'dm.write', 'media.write'],
  ...['like.read', 'offline.access'],
];

const seeded = new WeakSet<SimulatorWorld>();

/** The tokens that are out, with those that the accounts' secrets hold already: X gave them before this simulator began. */
export function knownTokens(world: SimulatorWorld): State {
  const state = stateOf(world);
  if (seeded.has(world)) return state;
  seeded.add(world);
  for (const account of world.accounts) {
    const { accessToken, refreshToken, expiresAt } = oauth2Of(account);
    if (!accessToken || !refreshToken) continue;
    const family = { account, scopes: allScopes, isDead: false, current: refreshToken };
    state.refreshTokens.set(refreshToken, family);
    const end = Date.parse(expiresAt ?? '') || Number.POSITIVE_INFINITY;
    state.tokens.set(accessToken, { account, family, expiresAt: end });
  }
  return state;
}
