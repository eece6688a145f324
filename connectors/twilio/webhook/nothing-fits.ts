import type { Credentials } from '#connectors/twilio/credentials';
import { readForm } from '#connectors/twilio/form';
import { foreignAccount } from '#connectors/twilio/items';
import type { DoctorContext } from '#shared/connector/doctor';
import type { WebhookRequest } from '#shared/connector/webhook';

type Explanation = readonly [finding: string, next: string];

const noBody: Explanation = [
  'the recording has no body, and Twilio signs the form in it',
  'record the request with its body, byte for byte, before any middleware',
];

/** Says why no variation of a request can be found with which its signature fits. */
export function whyNothingFits(
  reason: string,
  request: WebhookRequest,
  context: DoctorContext<Credentials>,
): Explanation {
  const isAboutBody = reason === 'wrong_signature' || reason === 'wrong_body_hash';
  if (isAboutBody && hasNoBody(request)) return noBody;
  return otherReasons.get(reason) ?? byAccount(request, context);
}

/** Says what to do about an authentic request that is not read. */
export function afterQuarantine(request: WebhookRequest, unreadable: string): string {
  if (unreadable === foreignAccount) {
    return 'write the AccountSid of the form into accountSid of the secret, if that account owns the number (docs/channels/sms.md)';
  }
  if (hasNoBody(request)) return noBody[1];
  return "enter this URL for messages only (calls, Studio and Event Streams send other bodies), and let no proxy change Twilio's parameters (docs/channels/sms.md)";
}

function hasNoBody({ method, body }: WebhookRequest): boolean {
  return method === 'POST' && body.length === 0;
}

/** Compares the account that the form names with those whose tokens are known. */
function byAccount(
  { method, rawQueryString, body }: WebhookRequest,
  { credentials, others, publicUrl }: DoctorContext<Credentials>,
): Explanation {
  const form = readForm(method === 'GET' ? rawQueryString : body.toString('utf8'));
  const named = form.find(([name]) => name === 'AccountSid')?.[1];
  const isNamed = ({ value }: { readonly value: Credentials }) => value.accountSid === named;
  const hosts = `Of hosts only those in the recording are tried (URL, Host, X-Forwarded-Host): compare ${new URL(publicUrl).host} with the console yourself`;
  if (named === undefined) {
    return [
      'no variation fits, and the body has no AccountSid: it is no form of Twilio',
      `record the raw body before any middleware. ${hosts}`,
    ];
  }
  if (credentials.some(isNamed)) {
    return [
      'no variation fits. AccountSid of the form is accountSid of the secret, so authToken is old or wrong, or another body or host was signed',
      `copy authToken from the console, or put the second token into secondaryAuthToken (docs/channels/sms.md). ${hosts}`,
    ];
  }
  const other = others.find(isNamed);
  return [
    `no variation fits. AccountSid of the form is ${other ? `that of ${other.name}` : 'not accountSid of the secret'}: another account has signed`,
    'put accountSid and authToken of the account that owns the number into the secret: a subaccount signs with its own token (docs/channels/sms.md)',
  ];
}

const otherReasons: ReadonlyMap<string, Explanation> = new Map([
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
