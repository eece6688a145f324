import { existsSync, readFileSync } from 'node:fs';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { verify } from '#connectors/twilio/webhook/verify';
import type { WebhookRequest } from '#shared/connector/webhook';
import {
  accountSid,
  context,
  formOf,
  formType,
  type Pairs,
  vendorParameters,
} from './signed-request.ts';

const Vector = z.object({
  id: z.string(),
  authToken: z.string(),
  url: z.string(),
  params: z.array(z.tuple([z.string(), z.string()])).nullable(),
  body: z.string().optional(),
  signature: z.string(),
  twilioNode620Accepts: z.boolean(),
});
type Vector = z.infer<typeof Vector>;

function accepts(
  { authToken, url, params, body, signature }: Omit<Vector, 'id'>,
  type = params ? formType : 'application/json',
): boolean {
  const [publicUrl = '', rawQueryString = ''] = url.split(/\?(.*)/s, 2);
  const request: WebhookRequest = {
    method: 'POST',
    subpath: '',
    rawQueryString,
    headers: { 'content-type': type, 'x-twilio-signature': signature },
    body: Buffer.from(params ? formOf(params) : (body ?? '')),
  };
  const credentials = [{ accountSid, authToken }];
  return verify(request, { ...context, publicUrl, credentials }).kind === 'items';
}

const corpus = new URL('../../../../shared/corpus/sms/signature-vectors.json', import.meta.url);
const published = existsSync(corpus)
  ? z.object({ vectors: z.array(Vector) }).parse(JSON.parse(readFileSync(corpus, 'utf8'))).vectors
  : [];

describe(`the vectors of Twilio's six SDKs (${published.length} here)`, () => {
  it('are judged as the SDK for Node judges them', () => {
    const wrong = published.filter((vector) => accepts(vector) !== vector.twilioNode620Accepts);
    console.log(`signature vectors of the SDKs: ${published.length} run`);
    expect(wrong.map((vector) => vector.id)).toEqual([]);
  });

  it('are judged so whether a body bound by its hash is JSON or a form', () => {
    const bound = published.filter(({ params }) => params === null);
    const wrong = bound.filter((vector) => accepts(vector, formType) !== accepts(vector));
    expect(wrong.map((vector) => vector.id)).toEqual([]);
    expect(bound.length > 0).toBe(published.length > 0);
  });
});

/** Signed for these tests with Twilio's own code (twilio 6.2.0), so that they stand without the vectors above. */
const form: Pairs = [
  ['To', '+15005550006'],
  ['From', '+15035550142'],
  ['Body', 'a+b & ünïcode 🙂'],
  ['Empty', ''],
  ['Twice', 'z'],
  ['Twice', 'a'],
  ['Twice', 'z'],
  ['ToCity', 'X'],
];
const url = 'https://hooks.example.org/webhooks/twilio/main';
const own: readonly (readonly [string, string, string, boolean])[] = [
  ['as configured', url, 'FcYX/1sjPlgrZ1pVGIYtUtaKi9w=', true],
  [
    'with the default port',
    `${url.replace('.org', '.org:443')}`,
    'lhpm9fXEqk+DupPl6lajObbKVhc=',
    true,
  ],
  [
    'with the port known here only',
    `${url.replace('.org', '.org:8443')}`,
    'FcYX/1sjPlgrZ1pVGIYtUtaKi9w=',
    true,
  ],
  ['with a query', `${url}?a=it's`, 'ZfpLd2rZ9Rz6uUafnjTlx/iwSIg=', true],
  ['under another scheme', url.replace('https', 'http'), 'FcYX/1sjPlgrZ1pVGIYtUtaKi9w=', false],
  ['under another host', url.replace('hooks', 'books'), 'FcYX/1sjPlgrZ1pVGIYtUtaKi9w=', false],
  ['with a slash more', `${url}/`, 'FcYX/1sjPlgrZ1pVGIYtUtaKi9w=', false],
];

describe('vectors of our own', () => {
  it.each(own)('%s', (_, asked, signature, accepted) => {
    const vector = {
      authToken: 'k3y',
      url: asked,
      params: [...form.map(([n, v]) => [n, v] as [string, string])],
      signature,
    };
    expect(validateRequest('k3y', signature, asked, vendorParameters(form))).toBe(accepted);
    expect(accepts({ ...vector, twilioNode620Accepts: accepted })).toBe(accepted);
  });
});
