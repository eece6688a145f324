import type { SimulatorWorld } from '#infra/local/simulators/simulator';
import { stateOf } from './state.ts';
import type { Update } from './webhooks.ts';

/**
 * Calls our webhook, alone and at once, or under the conditions that are set; resolves with the status of our answer.
 */
export function deliver(update: Update, world: SimulatorWorld): Promise<number> {
  return stateOf(world).delivery.deliver(update);
}
