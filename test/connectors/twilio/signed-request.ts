import { createHash } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { WebhookItem, WebhookOutcome, WebhookRequest } from '#shared/connector/webhook';

export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
export const authToken = 'token-of-the-tests';
export const publicUrl = 'https://hooks.example.org/webhooks/twilio/main';

export const formType = 'application/x-www-form-urlencoded; charset=UTF-8';

/** As `bodySHA256` names it: lower-case hex. */
export const hashOf = (body: string) => createHash('sha256').update(body).digest('hex');

export const context = {
  account: { address: '+15005550006', validitySeconds: 14_400 },
  publicUrl,
  credentials: [{ accountSid, authToken }],
};

export type Pairs = readonly (readonly [string, string])[];

/** Name to value, or to all values where a name is repeated: what Twilio's own signing code is given. */
export function vendorParameters(pairs: Pairs): Record<string, string | string[]> {
  const parameters: Record<string, string | string[]> = Object.create(null);
  for (const [name] of pairs) {
    const values = pairs.filter((pair) => pair[0] === name).map((pair) => pair[1]);
    parameters[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return parameters;
}

export function formOf(pairs: Pairs): string {
  return new URLSearchParams(
    pairs.map(([name, value]) => [name, value] as [string, string]),
  ).toString();
}

/** A form as it would reach us, signed by Twilio's own code with the given token. */
export function signedForm(
  body: string,
  { subpath = '', token = authToken, base = publicUrl } = {},
): WebhookRequest {
  const url = subpath === '' ? base : `${base}/${subpath}`;
  const pairs = [...new URLSearchParams(body)];
  return {
    method: 'POST',
    subpath,
    rawQueryString: '',
    headers: {
      'content-type': formType,
      'x-twilio-signature': getExpectedTwilioSignature(token, url, vendorParameters(pairs)),
    },
    body: Buffer.from(body),
  };
}

/** A request whose signature covers its URL alone, with the body's hash in the query. */
export function bound(
  body: string,
  { query = `bodySHA256=${hashOf(body)}`, subpath = '', type = formType } = {},
): WebhookRequest {
  const url = `${publicUrl}${subpath && `/${subpath}`}${query && `?${query}`}`;
  const signature = getExpectedTwilioSignature(authToken, url, {});
  return {
    ...{ method: 'POST', subpath, rawQueryString: query, body: Buffer.from(body) },
    headers: { 'content-type': type, 'x-twilio-signature': signature },
  };
}

/** The one item of an accepted request; fails the test when there is none. */
export function onlyItem(outcome: WebhookOutcome): WebhookItem {
  if (outcome.kind !== 'items') throw new Error(`expected items, got ${outcome.kind}`);
  const [item, ...more] = outcome.items;
  if (!item || more.length > 0) throw new Error(`expected one item, got ${outcome.items.length}`);
  return item;
}

/** As it comes out of the queue. */
export function throughQueue(payload: unknown): unknown {
  return JSON.parse(JSON.stringify(payload));
}
