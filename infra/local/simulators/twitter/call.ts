import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import type { State } from './state.ts';

/** Who calls the API, and by which of X's three ways. */
export type Way = 'oauth1' | 'oauth2' | 'app';

export interface Caller {
  readonly way: Way;
  /** The user in whose name the call is made; of an app-only token, one of the app's users. */
  readonly account: SimulatedAccount;
}

/** One call of X's API, once its route and its caller are known. */
export interface Call {
  readonly request: ApiRequest;
  readonly world: SimulatorWorld;
  readonly state: State;
  readonly caller: Caller;
  readonly account: SimulatedAccount;
  /** The parts of the path that are parameters. */
  readonly ids: readonly string[];
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With a group for each parameter. */
  readonly path: RegExp;
  readonly ways: readonly Way[];
  readonly answer: (call: Call) => ApiAnswer | Promise<ApiAnswer>;
}
