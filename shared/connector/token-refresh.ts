import type * as core from 'zod/v4/core';
import type { JsonObject } from '#shared/json';
import type { DeliveryError } from '#shared/model/delivery-status';

/** Tokens in use that end. */
export interface EndingTokens {
  readonly expiresAt: string;
  /** The refresh token: another one means that the tokens were replaced. */
  readonly refreshToken: string;
}

export interface RefreshContext {
  readonly apiUrl: string;
  /** The time limit of the one HTTP request. */
  readonly timeoutSeconds: number;
  readonly now: Date;
}

export type RefreshOutcome =
  /** `changes`: the fields of the secret that are new. */
  | { readonly kind: 'refreshed'; readonly changes: JsonObject }
  /** The provider does not take the refresh token: a person has to sign in again. */
  | { readonly kind: 'refused'; readonly error: DeliveryError }
  /** Surely not used: the same refresh token is good for another call. */
  | { readonly kind: 'not_refreshed'; readonly error: DeliveryError }
  /** The refresh token may be used up, and the new ones lost. Only another call can tell. */
  | { readonly kind: 'uncertain'; readonly error: DeliveryError };

/** Refreshes the access tokens of one provider, by one HTTP request for each call. */
export interface TokenRefreshDefinition<Credentials> {
  readonly credentials: core.$ZodType<Credentials>;
  /** The tokens of an account that end; undefined where it has none. Pure. */
  readonly endingTokens: (credentials: Credentials) => EndingTokens | undefined;
  readonly refresh: (credentials: Credentials, context: RefreshContext) => Promise<RefreshOutcome>;
}

/** The same for a caller that knows no connector. */
export interface TokenRefresh {
  readonly readCredentials: (value: unknown) => unknown;
  readonly endingTokens: (credentials: unknown) => EndingTokens | undefined;
  readonly refresh: (credentials: unknown, context: RefreshContext) => Promise<RefreshOutcome>;
}
