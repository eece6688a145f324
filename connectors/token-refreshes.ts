// Written by `npm run registries` from the folders beside it.
import type { TokenRefresh } from '#shared/connector/token-refresh';
import type { Declaring } from './declarations.ts';
import { tokenRefresh as twitter } from './twitter/token-refresh.ts';

/** Refresh access tokens that end: of the connectors that declare `refreshesTokens`. */
export const tokenRefreshes: Readonly<Record<string, TokenRefresh>> = {
  twitter,
} satisfies Record<Declaring<'refreshesTokens'>, TokenRefresh>;
