import { createHash } from 'node:crypto';
import type { Account } from '#connectors/twilio/account';
import type { Credentials } from '#connectors/twilio/credentials';
import { type Parameters, readForm } from '#connectors/twilio/form';
import { readItems, unreadableItem } from '#connectors/twilio/items';
import { requestedUrl } from '#connectors/twilio/webhook-url';
import type {
  VerifyContext,
  WebhookItem,
  WebhookOutcome,
  WebhookRequest,
} from '#shared/connector/webhook';
import { maxParameters, type Signed, signingToken } from './signature.ts';

/**
 * Answers a message and a status alike: TwiML that does nothing. A `text/plain` body would be sent to the customer
 * as a message (messaging/twiml: "text/plain").
 */
const accepted = {
  statusCode: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
};

/**
 * Tells if Twilio sent this request, and reads its items.
 *
 * `X-Twilio-Signature` is HMAC-SHA1 over our URL and the decoded form (usage/webhooks/webhooks-security). Where the
 * query names `bodySHA256` (JSON; forms of Studio and Flex), it is over the URL alone, and the hash binds the body. The
 * URL is the configured one with what API Gateway reports behind it; `Host` and `X-Forwarded-*` are the caller's to
 * choose and are not looked at. All tokens of all sets are tried, so that a rotation loses nothing.
 */
export function verify(
  request: WebhookRequest,
  context: VerifyContext<Account, Credentials>,
): WebhookOutcome {
  const signature = readSignature(request.headers['x-twilio-signature']);
  if (!signature) return refused('missing_or_malformed_signature');
  const badUrl = whyBadUrl(request);
  if (badUrl) return refused(badUrl);
  const url = requestedUrl(request, context.publicUrl);
  // Twilio's own library asks no more than this of the URL.
  const bound = url.includes('bodySHA256');
  const form = formOf(request, bound);
  const badBody = whyBadBody(request, form, bound);
  if (badBody) return refused(badBody);
  // A GET has its parameters in the URL already, and a bound body its hash.
  const parameters = bound || request.method === 'GET' ? [] : (form ?? []);
  const signer = signerOf(context.credentials, signature, { url, parameters });
  if (!signer) return refused('wrong_signature');
  const items = form
    ? readItems(form, request.subpath, signer.accountSid)
    : [unreadableJson(request)];
  return { kind: 'items', items, response: accepted };
}

/**
 * The parameters: of a GET its query, of a POST its body; undefined where that is JSON. The content type is not signed,
 * so a bound body that begins like JSON is JSON, whatever it is called: texts in it must not be taken for parameters.
 */
function formOf(request: WebhookRequest, bound: boolean): Parameters | undefined {
  if (request.method === 'GET') return readForm(request.rawQueryString);
  const text = request.body.toString('utf8');
  const json = isJson(request) || (bound && /^\s*[{["]/.test(text));
  return json ? undefined : readForm(text);
}

/**
 * Tells why a path and query of this kind cannot be Twilio's. `form_in_url`: the URL goes on with the beginning of a
 * signed form, `AccountSid` and its value. URL and form are signed as one text: cut elsewhere, a customer's own words
 * could stand as query, as body hash or as form.
 */
function whyBadUrl({ subpath, rawQueryString }: WebhookRequest): string | undefined {
  const unescaped = new URLSearchParams(rawQueryString);
  if (unescaped.size > maxParameters) return 'too_many_parameters';
  const holdsForm = `${subpath} ${rawQueryString} ${unescaped}`.includes('AccountSidAC');
  return holdsForm ? 'form_in_url' : undefined;
}

/** Tells why a body is refused before its signature is looked at: what the signature leaves out, its hash must bind. */
function whyBadBody(
  request: WebhookRequest,
  form: Parameters | undefined,
  bound: boolean,
): string | undefined {
  if (bound || !form) return bodyHashMatches(request) ? undefined : 'wrong_body_hash';
  return form.length > maxParameters ? 'too_many_parameters' : undefined;
}

function unreadableJson({ subpath, body }: WebhookRequest): WebhookItem {
  const payload = { params: [], subpath, json: body.toString('utf8') };
  return unreadableItem(payload, 'a JSON body, and messages come as forms');
}

function refused(reason: string): WebhookOutcome {
  return { kind: 'refused', statusCode: 403, reason };
}

/** The header, where it is base64 of some bytes. Text that base64 would not spell so is refused: one spelling only. */
function readSignature(header: string | undefined): string | undefined {
  if (!header) return undefined;
  return Buffer.from(header, 'base64').toString('base64') === header ? header : undefined;
}

function isJson({ headers }: WebhookRequest): boolean {
  const type = headers['content-type'] ?? '';
  return type.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/** Binds a body to the signature by its hash in the (signed) query; the hash itself is no secret. */
function bodyHashMatches({ rawQueryString, body }: WebhookRequest): boolean {
  const claimed = new URLSearchParams(rawQueryString).get('bodySHA256');
  return claimed === createHash('sha256').update(body).digest('hex');
}

/** The set of credentials one of whose tokens has signed. */
function signerOf(
  credentials: readonly Credentials[],
  signature: string,
  signed: Signed,
): Credentials | undefined {
  const tokensOf = (set: Credentials) => [set.authToken, set.secondaryAuthToken ?? ''];
  const token = signingToken(credentials.flatMap(tokensOf), signature, signed);
  return credentials.find((set) => token !== undefined && tokensOf(set).includes(token));
}
