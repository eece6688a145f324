import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';
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
  onlyItem,
  publicUrl,
  signedForm,
  vendorParameters,
} from './signed-request.ts';

const body = new URLSearchParams({
  AccountSid: accountSid,
  MessageSid: `SM${'a1'.repeat(16)}`,
  From: '+15035550142',
  To: '+15005550006',
  Body: 'hello',
  SmsStatus: 'received',
}).toString();

const kindOf = (request: WebhookRequest, with_ = context) => verify(request, with_).kind;

describe('the signature of a Twilio webhook', () => {
  it('lets a signed form in and answers it with empty TwiML', () => {
    const outcome = verify(signedForm(body), context);
    expect(outcome).toMatchObject({
      kind: 'items',
      response: {
        statusCode: 200,
        headers: { 'content-type': 'text/xml' },
        body: '<?xml version="1.0" encoding="UTF-8"?><Response/>',
      },
    });
  });

  it('looks at no header that a caller can choose', () => {
    const request = signedForm(body, { base: 'https://evil.example/webhooks/twilio/main' });
    const spoofed = {
      ...request.headers,
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-original-url': '/webhooks/twilio/main',
      forwarded: 'host=evil.example;proto=https',
    };
    expect(verify({ ...request, headers: spoofed }, context)).toEqual({
      kind: 'refused',
      statusCode: 403,
      reason: 'wrong_signature',
    });
  });

  it('takes the URL without the fragment that steers the retries', () => {
    const configured = { ...context, publicUrl: `${publicUrl}#rc=3&rp=5xx,ct,rt` };
    expect(kindOf(signedForm(body), configured)).toBe('items');
    expect(kindOf(signedForm(body, { subpath: 'status/msg_a_1.0.1' }), configured)).toBe('items');
  });

  it('binds the path behind our webhook', () => {
    const request = signedForm(body, { subpath: 'status/msg_a_1.0.1' });
    expect(kindOf(request)).toBe('items');
    expect(kindOf({ ...request, subpath: 'status/msg_a_2.0.1' })).toBe('refused');
    expect(kindOf({ ...request, subpath: '' })).toBe('refused');
    expect(kindOf({ ...request, rawQueryString: 'x=1' })).toBe('refused');
  });

  it('accepts the secondary token and every set of credentials, and no other', () => {
    const other = { accountSid, authToken: 'old' };
    const rotating = {
      ...context,
      credentials: [other, { accountSid, authToken: 'new', secondaryAuthToken: authToken }],
    };
    expect(kindOf(signedForm(body), rotating)).toBe('items');
    expect(kindOf(signedForm(body, { token: 'old' }), rotating)).toBe('items');
    expect(kindOf(signedForm(body), { ...context, credentials: [other] })).toBe('refused');
    expect(kindOf(signedForm(body), { ...context, credentials: [] })).toBe('refused');
  });

  it('never matches an empty token', () => {
    const empty = {
      ...context,
      credentials: [{ accountSid, authToken: '', secondaryAuthToken: '' }],
    };
    expect(kindOf(signedForm(body, { token: '' }), empty)).toBe('refused');
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['what is not base64', 'not base64!'],
    ['a signature too long', `${'A'.repeat(40)}=`],
    ['two signatures', 'AAAA,BBBB'],
  ])('refuses %s', (_, header) => {
    const { headers, ...request } = signedForm(body);
    const { 'x-twilio-signature': signature, ...rest } = headers;
    const changed = header === undefined ? rest : { ...rest, 'x-twilio-signature': header };
    expect(kindOf({ ...request, headers: changed })).toBe('refused');
    expect(
      kindOf({ ...request, headers: { ...rest, 'x-twilio-signature': `${signature} ` } }),
    ).toBe('refused');
  });

  it('refuses one changed character of the body', () => {
    const request = signedForm(body);
    expect(kindOf({ ...request, body: Buffer.from(body.replace('hello', 'hellp')) })).toBe(
      'refused',
    );
  });

  it('reads a GET from its signed query', () => {
    const signature = getExpectedTwilioSignature(authToken, `${publicUrl}?${body}`, {});
    const request: WebhookRequest = {
      method: 'GET',
      subpath: '',
      rawQueryString: body,
      headers: { 'x-twilio-signature': signature },
      body: Buffer.alloc(0),
    };
    expect(onlyItem(verify(request, context)).deduplicationId).toBe(`SM${'a1'.repeat(16)}`);
    expect(kindOf({ ...request, rawQueryString: body.replace('hello', 'hellp') })).toBe('refused');
    expect(
      kindOf({ ...request, method: 'POST', rawQueryString: '', body: Buffer.from(body) }),
    ).toBe('refused');
  });
});

describe('more than a thousand parameters', () => {
  const pairs = (count: number) => [
    ...new URLSearchParams(body),
    ...Array.from({ length: count - 6 }, (_, index): [string, string] => [`x${index}`, '1']),
  ];

  it('are refused in a form, though they are signed: the library sorts them many times', () => {
    expect(kindOf(signedForm(formOf(pairs(1000))))).toBe('items');
    expect(verify(signedForm(formOf(pairs(1001))), context)).toEqual({
      kind: 'refused',
      statusCode: 403,
      reason: 'too_many_parameters',
    });
  });

  it('are refused in a query: Twilio’s library would not look at those behind', () => {
    const query = formOf(pairs(1000)).replaceAll('+', '%20');
    const url = `${publicUrl}?${query}`;
    const request = (more: string): WebhookRequest => ({
      method: 'GET',
      subpath: '',
      rawQueryString: query + more,
      headers: { 'x-twilio-signature': getExpectedTwilioSignature(authToken, url, {}) },
      body: Buffer.alloc(0),
    });
    expect(kindOf(request(''))).toBe('items');
    const forged = request('&Body=forged');
    const signature = forged.headers['x-twilio-signature'] ?? '';
    expect(validateRequest(authToken, signature, `${url}&Body=forged`, {})).toBe(true);
    expect(kindOf(forged)).toBe('refused');
  });
});

describe('what the library throws for', () => {
  it('is refused: a URL that cannot be parsed', () => {
    const odd = { ...context, publicUrl: 'https://hooks example/webhooks' };
    expect(() => validateRequest(authToken, 'AAAA', odd.publicUrl, {})).toThrow(TypeError);
    expect(kindOf(signedForm(body), odd)).toBe('refused');
  });
});

describe('a query that Twilio signed before it escaped it', () => {
  const get = (signed: string, sent: string): WebhookRequest => {
    const signature = getExpectedTwilioSignature(authToken, `${publicUrl}?${signed}`, {});
    const headers = { 'x-twilio-signature': signature };
    return { method: 'GET', subpath: '', rawQueryString: sent, headers, body: Buffer.alloc(0) };
  };
  const query = (words: string) => body.replace('hello', words).replaceAll('+', '%20');

  it.each([
    ["you're", 'you%27re'],
    ['(late)!*', '%28late%29%21%2A'],
  ])('lets a message with %s in, which comes as %s', (signed, sent) => {
    const item = onlyItem(verify(get(query(signed), query(sent)), context));
    expect(item.unreadable).toBeUndefined();
    expect(item.payload).toMatchObject({ params: expect.arrayContaining([['Body', signed]]) });
  });

  it('fits no other words, and no form that is cut into the URL', () => {
    expect(kindOf(get(query("you're"), query('you%27ve')))).toBe('refused');
    const cut = get(`q=AccountSid${accountSid}`, `q=%41ccountSid${accountSid}`);
    expect(verify(cut, context)).toMatchObject({ kind: 'refused', reason: 'form_in_url' });
  });
});

describe('a JSON body', () => {
  const json = '{"a":1}';
  const digest = createHash('sha256').update(json).digest('hex');
  const query = `bodySHA256=${digest}`;
  const request: WebhookRequest = {
    method: 'POST',
    subpath: '',
    rawQueryString: query,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-twilio-signature': getExpectedTwilioSignature(authToken, `${publicUrl}?${query}`, {}),
    },
    body: Buffer.from(json),
  };

  it('that is authentic goes to quarantine whole, because messages are forms', () => {
    const item = onlyItem(verify(request, context));
    expect(item.unreadable).toContain('JSON');
    expect(item.payload).toMatchObject({ json });
  });

  it('is bound by its hash', () => {
    expect(kindOf({ ...request, body: Buffer.from('{"a":2}') })).toBe('refused');
    expect(kindOf({ ...request, rawQueryString: '' })).toBe('refused');
  });

  it.each(['{"a":1}', ' [1]', '"text"'])(
    'is none of the forms, though %j is sent as one',
    (text) => {
      // What a customer wrote into the JSON must not become parameters by another content type, which is not signed.
      const said = text.replace('1', `"&${body}&"`).replace('text', `&${body}&`);
      const item = onlyItem(verify(bound(said), context));
      expect(item.unreadable).toContain('JSON');
      expect(item.payload).toMatchObject({ json: said, params: [] });
    },
  );

  it('is never a form that is signed as one', () => {
    const signed = signedForm(body);
    const asJson = { ...signed.headers, 'content-type': 'application/json' };
    expect(kindOf({ ...signed, headers: asJson })).toBe('refused');
  });
});

describe("Twilio's own validator", () => {
  const names = fc.constantFrom('Body', 'From', 'To', 'ToCity', 'Body2', 'a', 'ä', '__proto__', '');
  const pairs = fc.array(fc.tuple(names, fc.string({ unit: 'grapheme', maxLength: 12 })), {
    maxLength: 8,
  });
  const words = fc.stringMatching(/^(?:[A-Za-z0-9'()*_.~%-]|%27){0,8}$/);
  const urls = fc
    .record({
      scheme: fc.constantFrom('https', 'http', 'HTTPS'),
      user: fc.constantFrom('', 'u@', 'U:p@'),
      host: fc.constantFrom('Example.org', 'a.b.example', '127.0.0.1', '[::1]'),
      port: fc.constantFrom('', ':443', ':80', ':8443'),
      path: words,
      query: words,
    })
    .map((u) => `${u.scheme}://${u.user}${u.host}${u.port}/${u.path}${u.query && `?q=${u.query}`}`);
  const spellings = fc.constantFrom(
    (url: string) => url,
    (url: string) => (URL.canParse(url) ? new URL(url).toString() : url),
    (url: string) => url.replace(/:(443|80|8443)\//, '/'),
    (url: string) => url.replace(/^(https:\/\/[^/:]+)\//i, '$1:443/'),
    (url: string) => `${url}/`,
    (url: string) => url.replaceAll('%27', "'"),
    (url: string) => url.replaceAll("'", '%27'),
    (url: string) => url.replace(/^https/, 'http'),
  );

  it('agrees with ours on random forms and URLs', async () => {
    const counts = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.property(
        urls,
        pairs,
        pairs,
        spellings,
        fc.boolean(),
        (url, signed, other, spell, same) => {
          const sent = same ? signed : other;
          const signature = getExpectedTwilioSignature('t', spell(url), vendorParameters(signed));
          const [base = '', rawQueryString = ''] = url.split(/\?(.*)/s, 2);
          const request = { method: 'POST' as const, subpath: '', rawQueryString };
          const headers = { 'x-twilio-signature': signature };
          const text = Buffer.from(formOf(sent));
          const credentials = [{ accountSid, authToken: 't' }];
          const ours = verify(
            { ...request, headers, body: text },
            { ...context, publicUrl: base, credentials },
          );
          const theirs = validateRequest('t', signature, url, vendorParameters(sent));
          counts[theirs ? 'accepted' : 'refused'] += 1;
          expect(ours.kind === 'items').toBe(theirs);
        },
      ),
      alwaysRuns(1000),
    );
    console.log(
      `agreement with twilio 6.2.0: ${counts.accepted} accepted, ${counts.refused} refused`,
    );
    const all = counts.accepted + counts.refused;
    expect(Math.min(counts.accepted, counts.refused)).toBeGreaterThan(all / 10);
  });
});
