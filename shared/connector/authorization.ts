import type * as core from 'zod/v4/core';
import type { JsonObject } from '#shared/json';
import type { RegistrationStep } from './registration.ts';

export interface AuthorizationContext<Account> {
  readonly account: Account;
  /** The content of the account's secret so far: the keys of the app, and perhaps older tokens. */
  readonly secret: JsonObject;
  /** The provider's API, without a trailing slash. */
  readonly apiUrl: string;
  /** The address to which the provider sends the browser, where the method has one. */
  readonly redirectUri: string;
  /** The time limit of one HTTP request. */
  readonly timeoutSeconds: number;
  readonly now: Date;
}

/** The result of an authorization. Where a step is `wrong` the secret is of no use. */
export interface Authorized {
  /** The whole content of the secret, with the new tokens. */
  readonly secret: JsonObject;
  /** The checks of the new tokens: whose they are, and what they may. */
  readonly steps: readonly RegistrationStep[];
}

/** An authorization that waits for a person. */
export interface StartedAuthorization {
  /** The page on which the person signs in as the account and agrees. */
  readonly url: string;
  /** Names the thing that the person brings back. */
  readonly asksFor: string;
  /** The provider sends the browser to `redirectUri`, which brings the answer without typing. */
  readonly comesByRedirect: boolean;
  /** Takes the answer. A refusal is a step that is `wrong`. */
  readonly finish: (answer: string) => Promise<Authorized>;
}

/** A refusal that says why an authorization cannot start. */
export interface RefusedStart {
  readonly refused: RegistrationStep;
}

/** Gets access tokens from one provider in the name of an account. */
export interface AuthorizationDefinition<Account> {
  readonly account: core.$ZodType<Account>;
  /** The ways to get them; the first is the default. */
  readonly methods: readonly string[];
  readonly start: (
    method: string,
    context: AuthorizationContext<Account>,
  ) => Promise<StartedAuthorization | RefusedStart>;
}

/** The same for a caller that knows no connector. */
export type Authorization = AuthorizationDefinition<unknown>;
