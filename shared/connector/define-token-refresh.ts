import * as core from 'zod/v4/core';
import type { TokenRefresh, TokenRefreshDefinition } from './token-refresh.ts';

/** Closes a connector's types, as `defineSender` does. */
export function defineTokenRefresh<Credentials>({
  credentials,
  endingTokens,
  refresh,
}: TokenRefreshDefinition<Credentials>): TokenRefresh {
  const read = (value: unknown) => core.parse(credentials, value);
  return {
    readCredentials: read,
    endingTokens: (value) => endingTokens(read(value)),
    refresh: (value, context) => refresh(read(value), context),
  };
}
