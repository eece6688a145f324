import { createHash } from 'node:crypto';
import type { Account } from '#connectors/twilio/account';
import type { Credentials } from '#connectors/twilio/credentials';
import { type Parameters, readForm, signedText } from '#connectors/twilio/form';
import { readItems, unreadableItem } from '#connectors/twilio/items';
import { signedUrls, withoutFragment } from '#connectors/twilio/signed-urls';
import type {
  VerifyContext,
  WebhookItem,
  WebhookOutcome,
  WebhookRequest,
} from '#shared/connector/webhook';
import { hmacMatches } from '#shared/signature';

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
  if (holdsForm(request)) return refused('form_in_url');
  const url = requestedUrl(request, context.publicUrl);
  // Twilio's own library asks no more than this of the URL.
  const bound = url.includes('bodySHA256');
  const form = formOf(request, bound);
  if ((bound || !form) && !bodyHashMatches(request)) return refused('wrong_body_hash');
  const behind = bound || request.method === 'GET' ? '' : signedText(form ?? []);
  const urls = signedUrls(url);
  const signer = context.credentials.find((set) => isSignedBy(set, signature, urls, behind));
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
 * True when the URL goes on with the beginning of a signed form: `AccountSid` and its value. URL and form are signed as
 * one text: cut elsewhere, a customer's own words could stand as query, as body hash or as form.
 */
function holdsForm({ subpath, rawQueryString }: WebhookRequest): boolean {
  const unescaped = new URLSearchParams(rawQueryString);
  return `${subpath} ${rawQueryString} ${unescaped}`.includes('AccountSidAC');
}

function unreadableJson({ subpath, body }: WebhookRequest): WebhookItem {
  const payload = { params: [], subpath, json: body.toString('utf8') };
  return unreadableItem(payload, 'a JSON body, and messages come as forms');
}

function refused(reason: string): WebhookOutcome {
  return { kind: 'refused', statusCode: 403, reason };
}

/** The header's twenty bytes. Text that base64 would not spell so is refused: there is one spelling, not many. */
function readSignature(header: string | undefined): Buffer | undefined {
  if (!header) return undefined;
  const bytes = Buffer.from(header, 'base64');
  return bytes.toString('base64') === header ? bytes : undefined;
}

function requestedUrl({ subpath, rawQueryString }: WebhookRequest, publicUrl: string): string {
  const path = subpath === '' ? '' : `/${subpath}`;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  return withoutFragment(publicUrl) + path + query;
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

/** The form stands behind the URL; a GET has its parameters in the URL already, and a bound body its hash. */
function isSignedBy(
  { authToken, secondaryAuthToken }: Credentials,
  signature: Buffer,
  urls: readonly string[],
  behind: string,
): boolean {
  return [authToken, secondaryAuthToken ?? ''].some((token) =>
    urls.some((url) => hmacMatches('sha1', token, url + behind, signature)),
  );
}
