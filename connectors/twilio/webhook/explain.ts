import type { Credentials } from '#connectors/twilio/credentials';
import { requestedUrl, withoutFragment } from '#connectors/twilio/webhook-url';
import type { Advice, Diagnosis, DoctorContext, RecordedRequest } from '#shared/connector/doctor';
import type { WebhookRequest } from '#shared/connector/webhook';
import { formVariants } from './form-variants.ts';
import { afterQuarantine, whyNothingFits } from './nothing-fits.ts';
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
  const finding = `the signature fits ${requestedUrl(request, context.publicUrl)}`;
  const { unreadable } = item ?? {};
  if (unreadable === undefined) return { kind: 'accepted', finding };
  const why = `${finding}, but ${unreadable}`;
  return { kind: 'quarantined', finding: why, next: afterQuarantine(request, unreadable) };
}

/**
 * Gives the request as the functions see it: with the path behind the webhook, wherever the recording has it. The path
 * of another webhook has nothing behind ours.
 */
function asReceived(
  { url, headers, body }: RecordedRequest,
  method: 'GET' | 'POST',
  publicUrl: string,
): WebhookRequest {
  const webhook = new URL(publicUrl).pathname.split('/').slice(-3).join('/');
  const [path = '', query = ''] = withoutFragment(url).split(/\?(.*)/s, 2);
  const at = `${path}/`.indexOf(`${webhook}/`);
  const subpath = at < 0 ? '' : path.slice(at + webhook.length + 1);
  return { method, headers, body, subpath, rawQueryString: query };
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
  return unexplained(...whyNothingFits(reason, request, context));
}

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
