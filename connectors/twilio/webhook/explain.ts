import type { Credentials } from '#connectors/twilio/credentials';
import { withoutFragment } from '#connectors/twilio/webhook-url';
import type { Advice, Diagnosis, DoctorContext, RecordedRequest } from '#shared/connector/doctor';
import type { WebhookRequest } from '#shared/connector/webhook';
import { formVariants } from './form-variants.ts';
import { signingToken } from './signature.ts';
import { tokenVariants } from './token-variants.ts';
import { urlVariants } from './url-variants.ts';
import type { Variant } from './variant.ts';
import { verify } from './verify.ts';

type Context = DoctorContext<Credentials>;

/** More differences than this at once explain nothing: something always fits somewhere. */
const maxDifferences = 3;

/** Says whether a recorded request would be accepted, and if not, with which differences its signature fits. */
export function explain(recorded: RecordedRequest, context: Context): Diagnosis {
  const { method } = recorded;
  if (method !== 'POST' && method !== 'GET') {
    return unexplained(
      `the method is ${method}; Twilio uses POST or GET`,
      'set HTTP POST in the console',
    );
  }
  const request = asReceived(recorded, method, context.publicUrl);
  const account = { address: '', validitySeconds: 1 };
  const credentials = context.credentials.map(({ value }) => value);
  const outcome = verify(request, { account, publicUrl: context.publicUrl, credentials });
  if (outcome.kind === 'refused') return whyRefused(outcome.reason, recorded, request, context);
  const [item] = outcome.kind === 'items' ? outcome.items : [];
  const finding = `the signature fits ${withoutFragment(context.publicUrl)}`;
  if (item?.unreadable === undefined) return { kind: 'accepted', finding };
  return { kind: 'accepted', finding: `${finding}, but it goes to quarantine: ${item.unreadable}` };
}

/** Gives the request as the functions see it: with the path behind the webhook, wherever the recording has it. */
function asReceived(
  { url, headers, body }: RecordedRequest,
  method: 'GET' | 'POST',
  publicUrl: string,
): WebhookRequest {
  const webhook = new URL(publicUrl).pathname.split('/').slice(-3).join('/');
  const [path = '', query = ''] = withoutFragment(url).split(/\?(.*)/s, 2);
  const [, behind = ''] = path.split(webhook, 2);
  return { method, headers, body, subpath: behind.replace(/^\//, ''), rawQueryString: query };
}

function whyRefused(
  reason: string,
  recorded: RecordedRequest,
  request: WebhookRequest,
  context: Context,
): Diagnosis {
  const signature = request.headers['x-twilio-signature'];
  if (signature === undefined) {
    return unexplained(
      'there is no header X-Twilio-Signature: Twilio did not send this, or a proxy has taken it out',
      'record a request of Twilio, and let every proxy in front pass the header on',
    );
  }
  if (context.credentials.length === 0) {
    return unexplained('no secret to verify with', 'fill the secret of the account first');
  }
  const differences = fittingDifferences(signature, recorded, request, context);
  if (differences) return { kind: 'explained', differences };
  return unexplained(...(otherReasons.get(reason) ?? nothingFits));
}

const nothingFits = [
  'no variation fits: another Auth Token has signed it, or the body is not the one that was signed',
  'compare accountSid with the AccountSid of the form (a subaccount signs with its own token), and record the raw body before any middleware',
] as const;

const otherReasons: ReadonlyMap<string, readonly [finding: string, next: string]> = new Map([
  [
    'missing_or_malformed_signature',
    [
      'X-Twilio-Signature is not the base64 of one signature: it was cut, doubled or changed',
      'let every proxy in front pass the header on as it is, once',
    ],
  ],
  [
    'form_in_url',
    [
      'the URL holds AccountSid=AC…, which is refused: form and URL are signed as one text',
      'take the parameters out of the URL in the console',
    ],
  ],
  [
    'wrong_body_hash',
    [
      'the body is not the one whose hash is signed (bodySHA256), or it is JSON without a hash',
      'let no proxy change the body; messages come as forms',
    ],
  ],
  [
    'too_many_parameters',
    ['there are more than 1000 parameters', 'look at who sends this: Twilio does not'],
  ],
]);

function unexplained(finding: string, next: string): Diagnosis {
  return { kind: 'unexplained', finding, next };
}

/** The fewest differences with which the signature fits. */
function fittingDifferences(
  signature: string,
  recorded: RecordedRequest,
  request: WebhookRequest,
  context: Context,
): readonly Advice[] | undefined {
  const parts = urlVariants(recorded, request, context.publicUrl);
  const forms = formVariants(request);
  const tokens = tokenVariants(context);
  for (let count = 0; count <= maxDifferences; count += 1) {
    for (const [url, form, token] of combinations(parts, forms, tokens, count)) {
      const signed = { url: url.value, parameters: form.value };
      if (signingToken([token.value], signature, signed) === undefined) continue;
      return [...url.differences, ...form.differences, ...token.differences];
    }
  }
  return undefined;
}

function* combinations<A, B, C>(
  urls: readonly Variant<A>[],
  forms: readonly Variant<B>[],
  tokens: readonly Variant<C>[],
  count: number,
): Generator<readonly [Variant<A>, Variant<B>, Variant<C>]> {
  for (const url of urls) {
    for (const form of forms) {
      const both = url.differences.length + form.differences.length;
      for (const token of tokens) {
        if (both + token.differences.length === count) yield [url, form, token];
      }
    }
  }
}
