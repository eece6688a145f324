import type { Simulator } from '#infra/local/simulators/simulator';
import type { LiveWorld } from '#infra/local/simulators/world';

/** The state of one running simulator that calls can change. */
export interface SimulatorContext {
  readonly simulator: Simulator;
  readonly world: LiveWorld;
  /** Faults for the next requests to the provider's own API, one for each. */
  readonly faults: string[];
}
