import type { Account } from '#connectors/whatsapp/account';
import type { Credentials } from '#connectors/whatsapp/credentials';
import {
  hmacMatches,
  secretEquals,
  type VerifyContext,
  type WebhookOutcome,
  type WebhookRequest,
} from '#shared/connector/webhook';
import { splitBody } from './items.ts';

type Context = VerifyContext<Account, Credentials>;

/** The challenges that are echoed: Meta's are short numbers, and nothing a browser could run gets through. */
const challengeText = /^[0-9A-Za-z_-]{1,128}$/;

/** Hex in either case; base64, a missing digit or a second signature joined by a comma do not fit. */
const signatureHeader = /^sha256=([0-9a-fA-F]{64})$/;

/**
 * Verifies a request of Meta. A GET is the handshake and carries no signature; a POST is authentic when its raw bytes,
 * hashed with one of the app secrets, give `X-Hub-Signature-256` (webhooks/create-webhook-endpoint).
 */
export function verify(request: WebhookRequest, context: Context): WebhookOutcome {
  return request.method === 'GET'
    ? answerHandshake(request, context)
    : readUpdates(request, context);
}

function answerHandshake(request: WebhookRequest, { credentials }: Context): WebhookOutcome {
  const query = new URLSearchParams(request.rawQueryString);
  const token = query.get('hub.verify_token') ?? '';
  const challenge = query.get('hub.challenge') ?? '';
  if (query.get('hub.mode') !== 'subscribe') return refused(403, 'mode_not_subscribe');
  if (!challengeText.test(challenge)) return refused(403, 'challenge_not_allowed');
  if (!credentials.some(({ verifyToken }) => secretEquals(verifyToken, token))) {
    return refused(403, 'verify_token_mismatch');
  }
  return { kind: 'challenge', response: plainText(challenge) };
}

function readUpdates(request: WebhookRequest, { account, credentials }: Context): WebhookOutcome {
  const [, hex] = signatureHeader.exec(request.headers['x-hub-signature-256'] ?? '') ?? [];
  if (hex === undefined) return refused(401, 'signature_missing');
  const given = Buffer.from(hex, 'hex');
  const secrets = credentials.flatMap(({ appSecret, appSecrets = [] }) => [
    appSecret,
    ...appSecrets,
  ]);
  if (!secrets.some((secret) => hmacMatches('sha256', secret, request.body, given))) {
    return refused(401, 'signature_mismatch');
  }
  return {
    kind: 'items',
    items: splitBody(request.body, account.address),
    response: plainText('EVENT_RECEIVED'),
  };
}

function refused(statusCode: 401 | 403, reason: string): WebhookOutcome {
  return { kind: 'refused', statusCode, reason };
}

function plainText(body: string) {
  return {
    statusCode: 200,
    headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
    body,
  };
}
