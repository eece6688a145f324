import { type Parameters, readForm } from '#connectors/twilio/form';
import type { WebhookRequest } from '#shared/connector/webhook';
import { objectOf, parsedJson } from '#shared/json';
import { asItIs, differing, distinct, type Variant } from './variant.ts';

const untouched = 'let every proxy and middleware in front pass the body on byte for byte';

/** Every form that may have been signed, as far as it can be made of the body that came. */
export function formVariants(request: WebhookRequest): readonly Variant<Parameters>[] {
  const { method, rawQueryString, body } = request;
  const text = body.toString('utf8');
  if (method === 'GET') return [asItIs([])];
  const form = readForm(text);
  if (rawQueryString.includes('bodySHA256')) return [asItIs([]), ...alone(form)];
  return distinct([asItIs(form), ...reencoded(text, form), ...mended(form), ...notSigned], (each) =>
    JSON.stringify(each),
  );
}

const alone = (form: Parameters) => [
  differing(
    form,
    'body',
    'it was signed with its form, though the URL names bodySHA256',
    untouched,
  ),
];

const notSigned: readonly Variant<Parameters>[] = [
  differing(
    [],
    'body',
    'it was signed without the form: Twilio called by GET, or the signature is of an empty body',
    'set HTTP POST in the console, and let no proxy turn GET into POST',
  ),
];

/** The form as it was before a proxy wrote it in another way. */
function reencoded(text: string, form: Parameters): readonly Variant<Parameters>[] {
  const json = Object.entries(objectOf(parsedJson(text))).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  const base64 = Buffer.from(text.trim(), 'base64').toString('utf8');
  const of = (value: Parameters, finding: string) => differing(value, 'body', finding, untouched);
  return [
    differing(
      readForm(text.replace(/\r?\n$/, '')),
      'recording',
      'the recording has a line break behind the body, which was not sent',
      'leave it out of the file: the request itself is fine in this',
    ),
    ...(json.length > 0 ? [of(json, 'a proxy has turned the form into JSON')] : []),
    ...(base64.includes('AccountSid=')
      ? [of(readForm(base64), 'a proxy has passed the form on as base64')]
      : []),
    of(readForm(text.replaceAll('+', '%2B')), 'a proxy has written + in place of %2B'),
    of(
      valuesOf(form, (value) => value.replace(/^ (?=\d+$)/, '+')),
      'a proxy has written + in place of %2B',
    ),
    of(
      valuesOf(form, (value) => (/^\+\d+$/.test(value) ? value : value.replaceAll('+', ' '))),
      'a proxy has written %2B in place of a space',
    ),
    of(valuesOf(form, twice), 'a proxy has percent-encoded the form a second time'),
    of(latin1(text), 'a proxy has written the form in Latin-1 in place of UTF-8'),
    of(
      valuesOf(form, (value) => Buffer.from(value, 'latin1').toString('utf8')),
      'a proxy has read the form as Latin-1 and written it as UTF-8',
    ),
  ];
}

/** The form as it was before a middleware changed its values or names. */
function mended(form: Parameters): readonly Variant<Parameters>[] {
  const of = (value: Parameters, finding: string) => differing(value, 'body', finding, untouched);
  const absent = emptyNames.filter((name) => !form.some(([each]) => each === name));
  const withEmpty = [...form, ...absent.map((name) => [name, ''] as const)];
  // Twilio's names begin with a capital letter.
  const added = form.filter(([name]) => !/^[A-Z]/.test(name)).map(([name]) => name);
  return [
    of(
      valuesOf(form, (value) => value.replaceAll('\r\n', '\n')),
      'a proxy has changed line breaks to CR LF',
    ),
    of(
      valuesOf(form, (value) => value.replaceAll(/\r?\n/g, '\r\n')),
      'a proxy has changed line breaks to LF',
    ),
    of(withEmpty, 'a middleware has left out the parameters without a value'),
    of(
      form.filter(([name]) => !added.includes(name)),
      `a middleware has added ${added.map((name) => JSON.stringify(name.slice(0, 40))).join(', ')}`,
    ),
  ];
}

/** Parameters that Twilio sends empty when it does not know the place. */
const emptyNames = ['From', 'To'].flatMap((side) =>
  ['City', 'State', 'Zip', 'Country'].map((part) => `${side}${part}`),
);

function valuesOf(form: Parameters, change: (value: string) => string): Parameters {
  return form.map(([name, value]) => [name, change(value)] as const);
}

function twice(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return value;
  }
}

/** `%FC` is ü in Latin-1 and nothing in UTF-8. */
function latin1(text: string): Parameters {
  const decoded = (part: string) =>
    part
      .replaceAll('+', ' ')
      .replaceAll(/%([0-9a-f]{2})/gi, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      );
  return text.split('&').map((pair) => {
    const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
    return [decoded(name), decoded(value)] as const;
  });
}
