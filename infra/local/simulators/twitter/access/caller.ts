import type { ApiRequest, SimulatorWorld } from '#infra/local/simulators/simulator';
import type { Caller } from '#infra/local/simulators/twitter/call';
import { signedBy } from './oauth1.ts';

/** Finds out who makes a request; nothing, where the credentials are not right. */
export function callerOf(request: ApiRequest, world: SimulatorWorld): Caller | undefined {
  const account = signedBy(request, world.accounts, world.now());
  return account && { way: 'oauth1', account };
}
