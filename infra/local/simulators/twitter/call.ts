import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import type { State } from './state.ts';

/** X's three ways of signing in: two in the name of a user, one in that of the app. */
export type Way = 'oauth1' | 'oauth2' | 'app';

export interface Caller {
  readonly way: Way;
  /** The user in whose name the call is made; of an app-only token, one of the app's users. */
  readonly account: SimulatedAccount;
  /** The scopes of an OAuth 2 user token; absent with the other ways. */
  readonly scopes?: readonly string[];
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

/** The numbers of calls that X takes in fifteen minutes and in a day, of a user and of an app. */
export interface Limit {
  /** Endpoints of one class share their numbers. */
  readonly class: string;
  readonly user?: number;
  readonly app?: number;
  readonly userDay?: number;
  readonly appDay?: number;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With a group for each parameter. */
  readonly path: RegExp;
  readonly ways: readonly Way[];
  /** The scopes that an OAuth 2 user token needs. */
  readonly scopes?: readonly string[];
  readonly limit?: Limit;
  /** X takes money for it. */
  readonly hasPrice?: boolean;
  readonly answer: (call: Call) => ApiAnswer | Promise<ApiAnswer>;
}

/** The app that an account belongs to. */
export function appOf({ credentials }: SimulatedAccount): string {
  return credentials['consumerKey'] ?? '';
}
