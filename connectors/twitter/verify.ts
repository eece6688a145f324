import { createHmac } from 'node:crypto';
import type {
  VerifyContext,
  WebhookOutcome,
  WebhookRequest,
  WebhookResponse,
} from '#shared/connector/webhook';
import { hmacMatches } from '#shared/signature';
import type { Account } from './account.ts';
import type { Credentials } from './credentials.ts';
import { splitBody } from './items.ts';

type Context = VerifyContext<Account, Credentials>;

/**
 * The only tokens that are answered. The CRC answer and the signature of a POST are the same HMAC with the same
 * key, so answering any text would sign forged events for whoever asks; JSON needs `{"`, which this does not let in.
 */
const crcToken = /^[A-Za-z0-9+/=_-]{16,128}$/;

/** X's door: a GET is its challenge-response check, a POST is activity. */
export function verify(request: WebhookRequest, context: Context): WebhookOutcome {
  return request.method === 'GET'
    ? answerChallenge(request, context)
    : readActivity(request, context);
}

/** X disables a webhook at once after one wrong answer (docs.x.com, webhooks/introduction). */
function answerChallenge(request: WebhookRequest, { credentials }: Context): WebhookOutcome {
  const token = new URLSearchParams(request.rawQueryString).get('crc_token') ?? '';
  if (!crcToken.test(token)) {
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
  return { kind: 'items', items: splitBody(request.body, account.address), response: json({}) };
}

function json(body: unknown): WebhookResponse {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'x-content-type-options': 'nosniff' },
    body: JSON.stringify(body),
  };
}
