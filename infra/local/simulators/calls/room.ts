import type { Simulator } from '#infra/local/simulators/simulator';
import type { LiveWorld } from '#infra/local/simulators/world';

/** One running simulator, as far as calls change it. */
export interface Room {
  readonly simulator: Simulator;
  readonly world: LiveWorld;
  /** Faults for the next requests to the provider's own API, one for each. */
  readonly faults: string[];
}
