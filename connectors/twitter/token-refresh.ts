import { defineTokenRefresh } from '#shared/connector/define-token-refresh';
import { refresh } from './api/refresh.ts';
import { Credentials } from './credentials.ts';

/** Refreshes the OAuth 2 tokens of an X account; those of OAuth 1.0a never end. */
export const tokenRefresh = defineTokenRefresh({
  credentials: Credentials,
  endingTokens: ({ oauth2 }) =>
    oauth2 && { expiresAt: oauth2.expiresAt, refreshToken: oauth2.refreshToken },
  refresh,
});
