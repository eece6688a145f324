import type { ApiAnswer } from '#infra/local/simulators/simulator';

/** Meta's titles, word for word (support/error-codes), with the HTTP status it answers each with. */
const errors: ReadonlyMap<number, { readonly status: number; readonly title: string }> = new Map([
  [0, { status: 401, title: 'AuthException' }],
  [1, { status: 400, title: 'API Unknown' }],
  [2, { status: 503, title: 'API Service' }],
  [3, { status: 500, title: 'API Method' }],
  [4, { status: 400, title: 'API Too Many Calls' }],
  [10, { status: 403, title: 'Permission Denied' }],
  [33, { status: 400, title: 'Parameter value is not valid' }],
  [100, { status: 400, title: 'Invalid parameter' }],
  [190, { status: 401, title: 'Invalid OAuth access token - Cannot parse access token' }],
  [200, { status: 403, title: 'API Permission' }],
  [368, { status: 403, title: 'Temporarily blocked for policies violations' }],
  [80007, { status: 400, title: 'Rate limit issues' }],
  [130429, { status: 400, title: 'Rate limit hit' }],
  [130472, { status: 400, title: "User's number is part of an experiment" }],
  [130497, { status: 403, title: 'Business account is restricted from messaging users' }],
  [131000, { status: 500, title: 'Something went wrong' }],
  [131005, { status: 403, title: 'Access denied' }],
  [131008, { status: 400, title: 'Required parameter is missing' }],
  [131009, { status: 400, title: 'Parameter value is not valid' }],
  [131016, { status: 500, title: 'Service unavailable' }],
  [131021, { status: 400, title: 'Recipient cannot be sender' }],
  [131026, { status: 400, title: 'Message undeliverable' }],
  [131030, { status: 400, title: 'Recipient phone number not in allowed list' }],
  [131031, { status: 403, title: 'Account has been locked' }],
  [131042, { status: 400, title: 'Business eligibility payment issue' }],
  [131045, { status: 500, title: 'Incorrect certificate' }],
  [131047, { status: 400, title: 'Re-engagement message' }],
  [131048, { status: 400, title: 'Spam rate limit hit' }],
  [131049, { status: 400, title: 'Meta chose not to deliver' }],
  [131050, { status: 400, title: 'User has stopped receiving marketing messages' }],
  [131051, { status: 400, title: 'Unsupported message type' }],
  [131052, { status: 400, title: 'Media download error' }],
  [131053, { status: 400, title: 'Media upload error' }],
  [131056, { status: 400, title: '(Business Account, Consumer Account) pair rate limit hit' }],
  [131057, { status: 500, title: 'Account in maintenance mode' }],
  [132000, { status: 400, title: 'Template Param Count Mismatch' }],
  [132001, { status: 404, title: 'Template does not exist' }],
  [132005, { status: 400, title: 'Template Hydrated Text Too Long' }],
  [132007, { status: 400, title: 'Template Format Character Policy Violated' }],
  [132012, { status: 400, title: 'Template Parameter Format Mismatch' }],
  [132015, { status: 400, title: 'Template is Paused' }],
  [132016, { status: 400, title: 'Template is Disabled' }],
  [132068, { status: 400, title: 'Flow is in blocked state' }],
  [132069, { status: 400, title: 'Flow is in throttled state' }],
  [133004, { status: 503, title: 'Server Temporarily Unavailable' }],
  [133006, { status: 400, title: 'Phone number re-verification needed' }],
  [133010, { status: 400, title: 'Phone number not registered' }],
  [135000, { status: 400, title: 'Generic user error' }],
]);

/** The codes that have a title here. */
export const titledCodes: readonly number[] = [...errors.keys()];

/** Meta's explanations, word for word where they are known; the title stands in for the rest. */
const explanations: ReadonlyMap<number, string> = new Map([
  [
    130429,
    'Message failed to send because there were too many messages sent from this phone number in a short period of time',
  ],
  [
    131047,
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  ],
  [131051, 'Message type is currently not supported.'],
  [
    131056,
    'Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.',
  ],
]);

/** Title and explanation of a code, for an error that comes in a webhook. */
export function metaErrorText(code: number): { readonly title: string; readonly details: string } {
  const title = errors.get(code)?.title ?? 'Unknown error';
  return { title, details: explanations.get(code) ?? title };
}

const jsonHeaders = { 'content-type': 'application/json; charset=UTF-8' };

/** Further members of Meta's error object, and a status other than the code's own. */
interface Particulars {
  readonly status?: number;
  readonly details?: string;
  /** Meta's text after the code, in place of the title; such errors carry no details. */
  readonly message?: string;
  readonly subcode?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error as the Graph API writes it: `{"error": {message, type, code, error_data, fbtrace_id}}`. */
export function graphError(code: number, particulars: Particulars = {}): ApiAnswer {
  const { status, title } = errors.get(code) ?? { status: 400, title: 'Unknown error' };
  const { details = explanations.get(code) ?? title, message, subcode, headers } = particulars;
  return {
    status: particulars.status ?? status,
    headers: { ...jsonHeaders, ...headers },
    body: JSON.stringify({
      error: {
        message: code === 190 ? title : `(#${code}) ${message ?? title}`,
        type: 'OAuthException',
        code,
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        ...(message === undefined
          ? { error_data: { messaging_product: 'whatsapp', details } }
          : {}),
        fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
      },
    }),
  };
}

/** A good answer of the Graph API. */
export function graphJson(value: unknown): ApiAnswer {
  return { status: 200, headers: jsonHeaders, body: JSON.stringify(value) };
}

/** Meta's answer about an object that does not exist, or not any more. */
export function noSuchObject(method: string, id: string): ApiAnswer {
  const message =
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to ` +
    'missing permissions, or does not support this operation. Please read the Graph API documentation at ' +
    'https://developers.facebook.com/docs/graph-api';
  return {
    status: 400,
    headers: jsonHeaders,
    body: JSON.stringify({
      error: {
        message,
        type: 'GraphMethodException',
        code: 100,
        error_subcode: 33,
        fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
      },
    }),
  };
}
