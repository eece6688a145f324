import type { Credentials } from '#connectors/twitter/credentials';
import type { RefreshContext, RefreshOutcome } from '#shared/connector/token-refresh';
import type { HttpResult } from '#shared/http-attempt';
import { CallFailed } from './client.ts';
import { grant } from './tokens.ts';

const signInAgain = './switchboard tokens twitter --method oauth2';

/** Trades the refresh token for a new pair, once. X takes a refresh token one time only. */
export async function refresh(
  { oauth2 }: Credentials,
  context: RefreshContext,
): Promise<RefreshOutcome> {
  if (!oauth2) throw new Error('the account has no OAuth 2 tokens');
  const { refreshToken } = oauth2;
  try {
    const asked = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const granted = await grant(oauth2, asked, context);
    const { accessToken, expiresAt } = granted;
    const next = { accessToken, expiresAt, refreshToken: granted.refreshToken ?? refreshToken };
    return { kind: 'refreshed', changes: { oauth2: { ...oauth2, ...next } } };
  } catch (fault) {
    if (fault instanceof CallFailed) return outcomeOf(fault.result);
    const title = 'X answered the refresh of a token with something that cannot be read';
    return { kind: 'uncertain', error: { code: 'outcome_unknown', title, retryable: true } };
  }
}

function outcomeOf(result: HttpResult): RefreshOutcome {
  if (result.kind !== 'answer') {
    const { kind, error } = result;
    return { kind: kind === 'not_sent' ? 'not_refreshed' : 'uncertain', error };
  }
  const { status } = result;
  const providerCode = `http_${status}`;
  if (status === 429 || status === 402) {
    const title = 'X takes no more refreshes of tokens for now';
    const error = { code: 'provider_throttled', title, providerCode, retryable: true } as const;
    return { kind: 'not_refreshed', error };
  }
  // `invalid_grant`, or `invalid_request` in the words of X: the token is used up, withdrawn, or of another client.
  if (status >= 400 && status < 500) {
    const title = `X does not take the refresh token any more; sign in again: ${signInAgain}`;
    const error = { code: 'credentials_rejected', title, providerCode, retryable: false } as const;
    return { kind: 'refused', error };
  }
  const title = 'X failed at the refresh of a token';
  const error = { code: 'outcome_unknown', title, providerCode, retryable: true } as const;
  return { kind: 'uncertain', error };
}
