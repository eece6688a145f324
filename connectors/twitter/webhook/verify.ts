import { createHmac } from 'node:crypto';
import type { Account } from '#connectors/twitter/account';
import type { Credentials } from '#connectors/twitter/credentials';
import {
  hmacMatches,
  type VerifyContext,
  type WebhookOutcome,
  type WebhookRequest,
  type WebhookResponse,
} from '#shared/connector/webhook';
import { splitBody } from './items.ts';

type Context = VerifyContext<Account, Credentials>;

/**
 * The only tokens that are signed. X sends a UUID in base64, 48 letters and digits; nothing it documents promises
 * that, so any text of the base64 alphabets passes: a token that is refused disables the webhook. The answer is also the signature of a POST with the token as its
 * body, so no admitted body may be such a text: see `isEvent`.
 */
const crcToken = /^[A-Za-z0-9+/=_-]{1,128}$/;

/** Verifies a request of X: a GET is its challenge-response check, a POST is activity. */
export function verify(request: WebhookRequest, context: Context): WebhookOutcome {
  return request.method === 'GET'
    ? answerChallenge(request, context)
    : readActivity(request, context);
}

/** X disables a webhook at once after one wrong answer (docs.x.com, webhooks/introduction). */
function answerChallenge(request: WebhookRequest, { credentials }: Context): WebhookOutcome {
  const [token = '', ...others] = new URLSearchParams(request.rawQueryString).getAll('crc_token');
  if (others.length > 0 || !crcToken.test(token)) {
    return { kind: 'refused', statusCode: 403, reason: 'crc_token_not_allowed' };
  }
  // The first set is the current one: X checks the answer with the secret the app has now.
  const secret = credentials[0]?.consumerSecret ?? '';
  if (secret === '') return { kind: 'refused', statusCode: 403, reason: 'no_credentials' };
  const hash = createHmac('sha256', secret).update(token).digest('base64');
  return {
    kind: 'challenge',
    response: json({ response_token: `sha256=${hash}` }),
  };
}

function readActivity(request: WebhookRequest, { account, credentials }: Context): WebhookOutcome {
  const signature = /^sha256=([A-Za-z0-9+/]{43}=)$/.exec(
    request.headers['x-twitter-webhooks-signature'] ?? '',
  );
  if (!signature?.[1]) return { kind: 'refused', statusCode: 401, reason: 'signature_missing' };
  const given = Buffer.from(signature[1], 'base64');
  const authentic = credentials.some(({ consumerSecret }) =>
    hmacMatches('sha256', consumerSecret, request.body, given),
  );
  if (!authentic) return { kind: 'refused', statusCode: 401, reason: 'signature_mismatch' };
  if (!isEvent(request.body)) {
    return { kind: 'refused', statusCode: 401, reason: 'body_is_no_event' };
  }
  return { kind: 'items', items: splitBody(request.body, account.address), response: json({}) };
}

/**
 * X posts JSON objects, and each has a brace, which no token has: what the challenge signs is never admitted. A body
 * that is cut or broken behind its brace is still admitted, to be quarantined.
 */
function isEvent(body: Buffer): boolean {
  return body.includes('{');
}

function json(body: unknown): WebhookResponse {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
    body: JSON.stringify(body),
  };
}
