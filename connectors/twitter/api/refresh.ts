import type { Credentials } from '#connectors/twitter/credentials';
import type { RefreshContext, RefreshOutcome } from '#shared/connector/token-refresh';
import type { HttpResult } from '#shared/http-attempt';
import { isObject, parsedJson } from '#shared/json';
import type { DeliveryError } from '#shared/model/delivery-status';
import { accountTroubleOf } from './account-troubles.ts';
import { CallFailed } from './client.ts';
import { readRefusal } from './problem.ts';
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
  const { status, text } = result;
  const failed = failureOf(status, text);
  return { ...failed, error: { ...failed.error, providerCode: `http_${status}` } };
}

/** The words of OAuth 2 for a token that is used up, withdrawn, or of another client. X says `invalid_request`, too. */
const finalErrors: readonly unknown[] = [
  ...['invalid_grant', 'invalid_request', 'invalid_client', 'unauthorized_client'],
];

function failureOf(
  status: number,
  text: string,
): Exclude<RefreshOutcome, { readonly kind: 'refreshed' }> {
  const body = parsedJson(text);
  const isFinal =
    (status === 400 || status === 401) && isObject(body) && finalErrors.includes(body['error']);
  if (isFinal) {
    const title = `X does not take the refresh token any more; sign in again: ${signInAgain}`;
    return { kind: 'refused', error: { code: 'credentials_rejected', title, retryable: false } };
  }
  if (status >= 400 && status < 500 && status !== 408) {
    return { kind: 'not_refreshed', error: { ...passing(status, text), retryable: true } };
  }
  const title = 'X failed at the refresh of a token';
  return { kind: 'uncertain', error: { code: 'outcome_unknown', title, retryable: true } };
}

/** A refusal that says nothing about the token: credits, a limit, or something in front of X. */
function passing(status: number, text: string): Pick<DeliveryError, 'code' | 'title'> {
  const trouble = accountTroubleOf(status, readRefusal(text));
  if (trouble?.code === 'credits_depleted') return { code: trouble.code, title: trouble.title };
  if (status === 429) {
    return { code: 'provider_throttled', title: 'X takes no more refreshes of tokens for now' };
  }
  return {
    code: 'provider_failed',
    title: `X answered the refresh of a token with ${status}`,
  };
}
