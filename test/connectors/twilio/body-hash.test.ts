import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import {
  getExpectedTwilioSignature,
  validateIncomingRequest,
  validateRequestWithBody,
} from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import { verify } from '#connectors/twilio/webhook/verify';
import type { WebhookRequest } from '#shared/connector/webhook';
import { alwaysRuns } from '#test/properties/parameters';
import {
  accountSid,
  authToken,
  bound,
  context,
  formOf,
  formType,
  hashOf,
  onlyItem,
  publicUrl,
  signedForm,
  vendorParameters,
} from './signed-request.ts';

const messageSid = `SM${'a1'.repeat(16)}`;
const form = formOf([
  ['AccountSid', accountSid],
  ['MessageSid', messageSid],
  ['From', '+15035550142'],
  ['To', '+15005550006'],
  ['Body', 'Grüße 👋 & more'],
]);
const kindOf = (request: WebhookRequest) => verify(request, context).kind;

describe('a form bound by bodySHA256 (Studio, Flex)', () => {
  it('is a message like any other', () => {
    const item = onlyItem(verify(bound(form), context));
    expect(item).toMatchObject({ deduplicationId: messageSid });
    expect(item).toEqual(onlyItem(verify(signedForm(form), context)));
  });

  it('is one beside other parameters of the query, and behind our path', () => {
    const query = `flow=FW1&bodySHA256=${hashOf(form)}&step=2`;
    expect(kindOf(bound(form, { query }))).toBe('items');
    expect(kindOf(bound(form, { subpath: 'fallback' }))).toBe('items');
  });

  it('that says nothing of a message is quarantined with the reason', () => {
    expect(onlyItem(verify(bound('hello=1'), context)).unreadable).toContain('AccountSid');
    expect(onlyItem(verify(bound(''), context)).unreadable).toContain('AccountSid');
  });

  it.each<[string, Partial<WebhookRequest>]>([
    ['another body', { body: Buffer.from(form.replace('Body', 'Text')) }],
    ['one byte more', { body: Buffer.from(`${form} `) }],
    ['no body', { body: Buffer.alloc(0) }],
    ['the same form in other bytes', { body: Buffer.from(form.replaceAll('+', '%20')) }],
    ['the hash of another body', { rawQueryString: `bodySHA256=${hashOf('x=1')}` }],
    ['an empty hash', { rawQueryString: 'bodySHA256=' }],
    ['no hash', { rawQueryString: '' }],
    ['another path', { subpath: 'fallback' }],
    ['GET and no body', { method: 'GET', body: Buffer.alloc(0) }],
  ])('is refused with %s', (_, change) => {
    expect(kindOf({ ...bound(form), ...change })).toBe('refused');
  });

  it.each([
    ['the empty body', hashOf('')],
    ['an empty JSON object', hashOf('{}')],
    ['upper-case hex', hashOf(form).toUpperCase()],
    ['base64', createHash('sha256').update(form).digest('base64url')],
    ['half a hash', hashOf(form).slice(0, 32)],
    ['two hashes, the wrong one first', `${hashOf('x=1')}&bodySHA256=${hashOf(form)}`],
  ])('is refused when what is signed is the hash of %s', (_, hash) => {
    expect(kindOf(bound(form, { query: `bodySHA256=${hash}` }))).toBe('refused');
  });

  it('is refused when its form is signed too, or its hash is not in the signed URL', () => {
    const query = `bodySHA256=${hashOf(form)}`;
    const pairs = vendorParameters([...new URLSearchParams(form)]);
    for (const url of [`${publicUrl}?${query}`, publicUrl]) {
      const signature = getExpectedTwilioSignature(authToken, url, pairs);
      const headers = { 'content-type': formType, 'x-twilio-signature': signature };
      expect(kindOf({ ...bound(form), headers }), url).toBe('refused');
    }
    const query2 = `body%53HA256=${hashOf(form)}`;
    expect(kindOf(bound(form, { query: query2 })), 'an escaped name').toBe('refused');
    expect(kindOf(bound(form, { query: `xbodySHA256=${hashOf(form)}` }))).toBe('refused');
  });

  it('is bound with any content type; what is no form goes to quarantine', () => {
    const json = '{"a":1}';
    const item = onlyItem(verify(bound(json, { type: 'application/json' }), context));
    expect(item.unreadable).toContain('JSON');
    expect(kindOf({ ...bound(json), body: Buffer.from('{"a":2}') })).toBe('refused');
  });
});

/** What stands in the place of a hash. */
const hashes: Readonly<Record<string, (body: string) => string>> = {
  right: hashOf,
  upper: (body) => hashOf(body).toUpperCase(),
  wrong: (body) => hashOf(`${body}x`),
  empty: () => hashOf(''),
  none: () => '',
  other: () => 'x',
};

const urlWith = (query: string) => `${publicUrl}${query && `?${query}`}`;

/** Twilio's Express middleware on the same request; an empty body it would take for `{}`. */
function theirs({ body, rawQueryString, headers }: WebhookRequest): boolean {
  const url = urlWith(rawQueryString);
  const text = body.toString('utf8');
  const signature = headers['x-twilio-signature'] ?? '';
  if (text === '' && url.includes('bodySHA256')) {
    return validateRequestWithBody(authToken, signature, url, text);
  }
  const fields = vendorParameters([...new URLSearchParams(text)]);
  const request = { header: () => signature, rawBody: text, body: fields, headers: {} };
  return validateIncomingRequest(request as never, authToken, { url });
}

describe("Twilio's own validator", () => {
  const name = fc.constantFrom('bodySHA256', 'BodySHA256', 'xbodySHA256', 'body%53HA256', 'flow');
  const requests = fc.record({
    body: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.constantFrom('', '{}', form, '{"a":1}'),
    ),
    pairs: fc.array(fc.tuple(name, fc.constantFrom(...Object.keys(hashes))), { maxLength: 3 }),
    signsForm: fc.boolean(),
    changed: fc.boolean(),
  });

  it('agrees with ours on forms with and without a hash, signed either way', () => {
    const counts = { accepted: 0, refused: 0, bound: 0 };
    void fc.assert(
      fc.property(requests, ({ body, pairs, signsForm, changed }) => {
        const query = pairs.map(([key, value]) => `${key}=${hashes[value]?.(body)}`).join('&');
        const url = urlWith(query);
        const signed = signsForm ? vendorParameters([...new URLSearchParams(body)]) : {};
        const signature = getExpectedTwilioSignature(authToken, url, signed);
        const sent = bound(changed ? `${body}&y=2` : body, { query });
        const request = { ...sent, headers: { ...sent.headers, 'x-twilio-signature': signature } };
        const accepted = kindOf(request) === 'items';
        expect(accepted).toBe(theirs(request));
        counts[accepted ? 'accepted' : 'refused'] += 1;
        counts.bound += Number(accepted && url.includes('bodySHA256'));
      }),
      alwaysRuns(2000),
    );
    console.log(`agreement with twilio 6.2.0 on bodySHA256: ${JSON.stringify(counts)}`);
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
  });
});
