import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { describe, expect, it } from 'vitest';
import { doctor } from '#connectors/twilio/doctor';
import type { Diagnosis, RecordedRequest } from '#shared/connector/doctor';
import {
  accountSid,
  authToken,
  bound,
  formOf,
  formType,
  type Pairs,
  publicUrl,
  vendorParameters,
} from './signed-request.ts';

const pairs: Pairs = [
  ['AccountSid', accountSid],
  ['MessageSid', `SM${'a1'.repeat(16)}`],
  ['From', '+15035550142'],
  ['To', '+15005550006'],
  ['Body', 'Grüße & 100 % mehr\nbitte'],
  ['ToCity', ''],
];
const body = formOf(pairs);
const secret = { accountSid, authToken };
const context = {
  publicUrl,
  credentials: [{ name: 'the secret of switchboard/local/twilio/main', value: secret as unknown }],
  others: [] as { name: string; value: unknown }[],
};

/** A request that Twilio has signed for `url`, as it was recorded. */
function recorded(
  url: string,
  changes: Partial<RecordedRequest> & { token?: string; signed?: Pairs } = {},
): RecordedRequest {
  const { token = authToken, signed = pairs, headers, ...rest } = changes;
  const signature = getExpectedTwilioSignature(token, url, vendorParameters(signed));
  return {
    method: 'POST',
    url: publicUrl,
    body: Buffer.from(body),
    headers: { 'content-type': formType, 'x-twilio-signature': signature, ...headers },
    ...rest,
  };
}

const explain = (request: RecordedRequest, with_ = context) => doctor.explain(request, with_);
const namesOf = (diagnosis: Diagnosis) =>
  diagnosis.kind === 'explained' ? diagnosis.differences.map(({ name }) => name) : diagnosis.kind;
const pathOf = (url: string) => new URL(url).pathname;

describe('a recorded request of Twilio', () => {
  it('that is fine is said to be', () => {
    expect(explain(recorded(publicUrl))).toEqual({
      kind: 'accepted',
      finding: `the signature fits ${publicUrl}`,
    });
    const elsewhere = { url: 'http://localhost:3000/prod/webhooks/twilio/main' };
    expect(explain(recorded(publicUrl, elsewhere)).kind).toBe('accepted');
    const behind = `${publicUrl}/fallback`;
    expect(explain(recorded(behind, { url: pathOf(behind) })).kind).toBe('accepted');
  });

  it.each<[string, string, Partial<RecordedRequest>?]>([
    ['the fallback URL', `${publicUrl}/fallback`],
    ['a status callback', `${publicUrl}/status/msg_a.0.1`],
    ['a path that we never gave', `${publicUrl}/nonsense`],
    ['a query', `${publicUrl}?a=1`],
  ])('is said to fit %s, which was signed', (_, url) => {
    expect(explain(recorded(url, { url }))).toEqual({
      kind: 'accepted',
      finding: `the signature fits ${url}`,
    });
  });

  it('by GET is said to fit the URL with its query', () => {
    const url = `${publicUrl}?${body}`;
    const asked = recorded(url, { url, method: 'GET', body: Buffer.alloc(0), signed: [] });
    expect(explain(asked)).toEqual({ kind: 'accepted', finding: `the signature fits ${url}` });
  });

  it('for another webhook whose name begins alike is not taken for ours', () => {
    const url = `${publicUrl}line`;
    expect(namesOf(explain(recorded(url, { url })))).toEqual(['path']);
  });

  const without = (name: string) => pairs.filter(([each]) => each !== name);
  const foreign = pairs.map(([name, value]): readonly [string, string] =>
    name === 'AccountSid' ? [name, `AC${'f'.repeat(32)}`] : [name, value],
  );
  it.each<[string, Pairs, string, string]>([
    [
      'a parameter twice',
      [...pairs, ['From', '+15035550199']],
      'From is needed once',
      'messages only',
    ],
    ['no MessageSid', without('MessageSid'), 'MessageSid is needed', 'messages only'],
    ['the AccountSid of another account', foreign, 'AccountSid is not', 'accountSid of the secret'],
    ['no body', [], 'AccountSid is needed', 'with its body'],
  ])('that is authentic and has %s goes to quarantine', (_, signed, why, next) => {
    const request = recorded(publicUrl, { signed, body: Buffer.from(formOf(signed)) });
    expect(explain(request)).toEqual({
      kind: 'quarantined',
      finding: expect.stringContaining(
        `fits ${publicUrl}, but ${why.replace(' once', ' exactly once')}`,
      ),
      next: expect.stringContaining(next),
    });
  });

  it('of JSON that is authentic goes to quarantine', () => {
    const json = '{"a":1}';
    const { headers, rawQueryString } = bound(json, { type: 'application/json' });
    const url = `${publicUrl}?${rawQueryString}`;
    const request = { method: 'POST', url, headers, body: Buffer.from(json) };
    expect(explain(request)).toMatchObject({
      kind: 'quarantined',
      next: expect.stringContaining('messages only'),
    });
  });

  const urls: [string, string, string[], Partial<RecordedRequest>?][] = [
    ['another scheme', publicUrl.replace('https', 'http'), ['scheme']],
    ['a port', publicUrl.replace('.org', '.org:8443'), ['port']],
    [
      'the port of the header Host',
      publicUrl.replace('.org', '.org:12345'),
      ['port'],
      { headers: { host: 'hooks.example.org:12345' } },
    ],
    [
      'the host that a proxy has seen',
      publicUrl.replace('hooks.example.org', 'abc.ngrok.app'),
      ['host'],
      { headers: { host: '127.0.0.1', 'x-forwarded-host': 'abc.ngrok.app' } },
    ],
    ['a stage', publicUrl.replace('/webhooks', '/prod/webhooks'), ['stage']],
    [
      'a stage that the recording shows',
      publicUrl.replace('/webhooks', '/blue/webhooks'),
      ['path'],
      { url: '/blue/webhooks/twilio/main' },
    ],
    ['a slash at the end', `${publicUrl}/`, ['slash']],
    ['a slash that the recording shows', `${publicUrl}/`, ['slash'], { url: `${publicUrl}/` }],
    ['a second slash', publicUrl.replace('/webhooks', '//webhooks'), ['path']],
    ['its fragment', `${publicUrl}#rc=3&rp=5xx,ct,rt`, ['fragment']],
    ['no query', publicUrl, ['query'], { url: `${publicUrl}?a=1` }],
    [
      'another order of the query',
      `${publicUrl}?b=2&a=1`,
      ['query'],
      { url: '/webhooks/twilio/main?a=1&b=2' },
    ],
    [
      'another encoding of the query',
      `${publicUrl}?q=a+b`,
      ['query'],
      { url: `${publicUrl}?q=a%20b` },
    ],
    [
      'scheme, stage and slash at once',
      'http://hooks.example.org/dev/webhooks/twilio/main/',
      ['scheme', 'stage', 'slash'],
    ],
  ];
  it.each(urls)('signed with %s is explained by that', (...row) => {
    const [, url, names, changes = {}] = row;
    expect(namesOf(explain(recorded(url, changes)))).toEqual(names);
  });

  it('signed without the stage that is configured is explained by that', () => {
    const withStage = { ...context, publicUrl: publicUrl.replace('/webhooks', '/prod/webhooks') };
    expect(namesOf(explain(recorded(publicUrl), withStage))).toEqual(['stage']);
  });

  it('names the address to enter', () => {
    const diagnosis = explain(recorded(publicUrl.replace('https', 'http')));
    expect(diagnosis).toMatchObject({
      differences: [
        {
          finding: 'it was signed for http:// instead of https://',
          next: expect.stringContaining(`enter ${publicUrl} in Twilio's console`),
        },
      ],
    });
  });

  const value = (change: (text: string) => string) =>
    formOf(pairs.map(([name, text]) => [name, change(text)] as const));
  const json = JSON.stringify(Object.fromEntries(pairs));
  const latin1 = body.replaceAll('%C3%BC', '%FC').replaceAll('%C3%9F', '%DF');
  const mojibake = value((text) => Buffer.from(text, 'utf8').toString('latin1'));
  it.each([
    ['JSON', 'a proxy has turned the form into JSON', json],
    ['base64', 'as base64', Buffer.from(body).toString('base64')],
    ['a plus for %2B', 'written + in place of %2B', body.replaceAll('%2B', '+')],
    [
      '%2B for a space',
      '%2B in place of a space',
      body.replace('+%26+', '%2B%26%2B').replace('100+%25+', '100%2B%25%2B'),
    ],
    ['a second encoding', 'a second time', value(encodeURIComponent)],
    ['Latin-1', 'in Latin-1', latin1],
    ['UTF-8 twice', 'read the form as Latin-1', mojibake],
    ['CR LF', 'to CR LF', value((text) => text.replaceAll('\n', '\r\n'))],
    ['no empty parameters', 'without a value', formOf(pairs.filter(([, text]) => text !== ''))],
    ['one parameter more', 'has added "tenant"', `${body}&tenant=7`],
    ['a line break of the recording', 'line break behind the body', `${body}\r\n`],
  ])('whose body a proxy has passed on with %s is explained by that', (name, finding, sent) => {
    const geo = [
      'FromCity',
      'FromState',
      'FromZip',
      'FromCountry',
      'ToState',
      'ToZip',
      'ToCountry',
    ];
    const signed =
      name === 'no empty parameters'
        ? [...pairs, ...geo.map((each) => [each, ''] as const)]
        : pairs;
    const changed = explain(recorded(publicUrl, { body: Buffer.from(sent), signed }));
    expect(changed).toMatchObject({
      kind: 'explained',
      differences: [{ finding: expect.stringContaining(finding) }],
    });
  });

  it('signed over the URL alone is explained by the method', () => {
    expect(explain(recorded(publicUrl, { signed: [] }))).toMatchObject({
      differences: [{ name: 'body', next: expect.stringContaining('HTTP POST') }],
    });
  });

  it('is explained by its token, which is not said', () => {
    const others = [
      {
        name: 'the secret of switchboard/local/twilio/other',
        value: { accountSid, authToken: 'token-of-other' },
      },
    ];
    const foreign = explain(recorded(publicUrl, { token: 'token-of-other' }), {
      ...context,
      others,
    });
    expect(namesOf(foreign)).toEqual(['token']);
    expect(JSON.stringify(foreign)).toContain('twilio/other');
    const spaced = { ...secret, authToken: ` ${authToken}\n`, apiKeySecret: 'key-secret' };
    const own = { ...context, credentials: [{ name: 'the secret', value: spaced as unknown }] };
    const blank = explain(recorded(publicUrl), own);
    expect(blank).toMatchObject({ differences: [{ finding: expect.stringContaining('spaces') }] });
    const byKey = explain(recorded(publicUrl, { token: 'key-secret' }), own);
    expect(byKey).toMatchObject({
      differences: [{ finding: expect.stringContaining('apiKeySecret') }],
    });
    const said = JSON.stringify([foreign, blank, byKey]);
    for (const word of ['token-of-other', authToken, 'key-secret'])
      expect(said).not.toContain(word);
  });

  it.each<[string, Partial<RecordedRequest>, string]>([
    ['another token', {}, 'no variation fits'],
    ['no signature', { headers: {} }, 'no header X-Twilio-Signature'],
    ['two signatures', { headers: { 'x-twilio-signature': 'AAAA,AAAA' } }, 'not the base64'],
    ['another method', { method: 'PUT' }, 'Twilio uses POST or GET'],
    ['a form in its URL', { url: `${publicUrl}?AccountSid${accountSid}=` }, 'the URL holds'],
  ])('with %s is not explained away', (_, changes, finding) => {
    const request = { ...recorded(publicUrl, { token: 'a stranger' }), ...changes };
    expect(explain(request)).toMatchObject({
      kind: 'unexplained',
      finding: expect.stringContaining(finding),
    });
  });

  it('of our own account is explained by an old token, and says what was not tried', () => {
    expect(explain(recorded(publicUrl, { token: 'an old one' }))).toMatchObject({
      finding: expect.stringContaining('authToken is old or wrong'),
      next: expect.stringMatching(
        /secondaryAuthToken.*only those in the recording.*hooks\.example\.org/,
      ),
    });
  });

  it('of another account says so', () => {
    const body = Buffer.from(formOf(foreign));
    const request = recorded(publicUrl, { token: 'theirs', signed: foreign, body });
    expect(explain(request)).toMatchObject({
      finding: expect.stringContaining('is not accountSid of the secret'),
      next: expect.stringContaining('owns the number'),
    });
    const others = [
      { name: 'the secret of twilio/b', value: { accountSid: foreign[0]?.[1], authToken: 'x' } },
    ];
    expect(explain(request, { ...context, others } as typeof context)).toMatchObject({
      finding: expect.stringContaining('that of the secret of twilio/b'),
    });
  });

  it.each([
    ['without a body', '', 'the recording has no body'],
    ['with the body of another', 'a=1', 'the body has no AccountSid'],
  ])('%s says so', (_, sent, finding) => {
    expect(explain(recorded(publicUrl, { body: Buffer.from(sent) }))).toMatchObject({
      kind: 'unexplained',
      finding: expect.stringContaining(finding),
    });
  });

  it('is tried with the host in lower case', () => {
    const url = publicUrl.replace('hooks.example.org', 'abc.ngrok.app');
    const headers = { host: 'Abc.NGROK.app' };
    expect(explain(recorded(url, { headers }))).toMatchObject({
      differences: [{ name: 'host', finding: 'it was signed for the host abc.ngrok.app' }],
    });
  });

  it('is looked at in a second or two, whatever does not fit', () => {
    const query = Array.from({ length: 20 }, (_, index) => `x${index}=1`).join('&');
    const before = performance.now();
    explain(recorded(publicUrl, { token: 'a stranger', url: `${publicUrl}?${query}` }));
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

describe('the advice for Twilio', () => {
  it('gives the addresses for the console, at the number or at the Messaging Service', () => {
    const fields = (account?: object) =>
      doctor.consoleEntries(`${publicUrl}#old`, account).map(({ field, value }) => [field, value]);
    const override = '#rc=3&rp=4xx,5xx,ct,rt';
    expect(fields()).toEqual([
      ['the number, Messaging: A message comes in, HTTP POST', publicUrl + override],
      [
        'the number, Messaging: Primary handler fails, HTTP POST',
        `${publicUrl}/fallback${override}`,
      ],
    ]);
    const messagingServiceSid = `MG${'a'.repeat(32)}`;
    expect(fields({ address: '+15005550006', messagingServiceSid })[0]?.[0]).toBe(
      `Messaging Service ${messagingServiceSid}, Integration: Request URL, HTTP POST`,
    );
  });

  it.each([
    ['+15005550006', []],
    ['whatsapp:+15005550006', []],
    ['12345', ['short-code']],
  ])('says of the sender %s: %j', (address, names) => {
    expect(doctor.settingAdvice({ address }).map(({ name }) => name)).toEqual(names);
  });

  it('says of a secret what is odd, and not what it is', () => {
    const advice = (more: object) =>
      doctor.secretAdvice({ accountSid, authToken: 'f'.repeat(32), ...more });
    expect(advice({})).toEqual([]);
    const apiKeySid = `SK${'b'.repeat(32)}`;
    const odd = advice({ secondaryAuthToken: 'hush hush', apiKeySid });
    expect(odd.map(({ name }) => name)).toEqual(['unusual-token', 'half-a-key']);
    expect(JSON.stringify(odd)).not.toContain('hush hush');
  });
});
