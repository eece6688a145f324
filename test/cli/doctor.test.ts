import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type RunningStack, startStack } from '#infra/local/stack';
import { localConnectors } from '#test/support/connectors/lists';
import { capture } from './capture.ts';

const accountSid = `AC${'0a'.repeat(16)}`;
const authToken = '0123456789abcdef0123456789abcdef';
const url = 'https://hooks.example.org/webhooks/twilio/shop';
const form = {
  AccountSid: accountSid,
  MessageSid: `SM${'a1'.repeat(16)}`,
  From: '+15035550142',
  To: '+15005550006',
  Body: 'hi there',
};
const body = new URLSearchParams(form).toString();
const signed = (where: string) => getExpectedTwilioSignature(authToken, where, form);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const nowhere = () => join(folder, 'no-stack');
const doctor = (...args: string[]) => capture(['doctor', ...args], nowhere());
const Check = z.looseObject({
  account: z.string(),
  check: z.string(),
  state: z.string(),
  says: z.string(),
  difference: z.string().optional(),
});
const checksOf = (lines: readonly string[]) => lines.map((line) => Check.parse(JSON.parse(line)));

describe('doctor without a stack', () => {
  const secret = () => file('secret.json', { accountSid, authToken });

  it('prints the URL, the values for the console, and a word on the secret without the secret', async () => {
    const { data, fault } = await doctor('twilio', '--url', url, '--secret', secret());
    expect(fault).toBeUndefined();
    const text = data.join('\n');
    expect(text).toContain(`${url} is the URL that signatures are checked against`);
    expect(text).toContain(`${url}#rc=3&rp=4xx,5xx,ct,rt`);
    expect(text).toContain(`${url}/fallback#rc=3&rp=4xx,5xx,ct,rt`);
    expect(text).toContain('well-formed, has accountSid, authToken');
    expect(text).not.toContain(authToken);
    expect(text).not.toContain(accountSid);
  });

  it.each([
    ['JSON', () => ({ url, headers: { 'X-Twilio-Signature': signed(url) }, body })],
    [
      'an event of API Gateway',
      () => ({
        version: '2.0',
        rawPath: '/webhooks/twilio/shop',
        rawQueryString: '',
        headers: { 'x-twilio-signature': signed(url) },
        requestContext: { http: { method: 'POST' } },
        body: Buffer.from(body).toString('base64'),
        isBase64Encoded: true,
      }),
    ],
    [
      'HTTP',
      () =>
        `POST /webhooks/twilio/shop HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nX-Twilio-Signature: ${signed(url)}\r\n\r\n${body}`,
    ],
  ])('accepts a recorded request as %s', async (_, request) => {
    const recorded = file('request', request());
    const { data, fault } = await doctor(
      'twilio',
      '--url',
      url,
      '--secret',
      secret(),
      '--request',
      recorded,
      '--json',
    );
    expect(fault).toBeUndefined();
    expect(checksOf(data).at(-1)).toMatchObject({ check: 'request', state: 'ok' });
  });

  it('says which variation would have fitted, what to do, and ends with 1', async () => {
    const recorded = file('request.json', {
      url,
      headers: { 'x-twilio-signature': signed(`${url.replace('https', 'http')}/`) },
      body,
    });
    const args = ['twilio', '--url', url, '--secret', secret(), '--request', recorded];
    const { data, fault } = await doctor(...args);
    expect(data.join('\n')).toContain('it was signed for http:// instead of https://');
    expect(data.join('\n')).toContain('it was signed with a slash at the end');
    expect(fault).toMatchObject({ exitCode: 1, message: '2 of 6 checks found something wrong' });
    const json = await doctor(...args, '--json');
    expect(checksOf(json.data).flatMap(({ difference }) => difference ?? [])).toEqual([
      'scheme',
      'slash',
    ]);
    expect(json.data.join('\n')).not.toContain(authToken);
  });

  it.each<[string, () => string[], string, RegExp]>([
    ['a connector', () => ['fax'], 'no connector fax: allowed are ', /--help$/],
    [
      'an address',
      () => ['twilio', '--url', 'hooks.example.org'],
      '--url is "hooks.example.org": allowed is',
      /--help$/,
    ],
    [
      'a secret',
      () => ['twilio', '--url', url, '--secret', 'no-such'],
      '--secret is "no-such": there is no such file',
      /JSON of the secret.*sms\.md/,
    ],
    [
      'a secret that is not empty',
      () => ['twilio', '--url', url, '--secret', file('bad.json', '\n')],
      'bad.json is empty',
      /accountSid.*sms\.md/,
    ],
    [
      'a secret in JSON',
      () => ['twilio', '--url', url, '--secret', file('bad.json', 'token')],
      'is not JSON',
      /JSON of the secret/,
    ],
    [
      'a request',
      () => ['twilio', '--url', url, '--request', 'no-such'],
      '--request is "no-such"',
      /allowed is JSON/,
    ],
    [
      'a request with a URL',
      () => ['twilio', '--url', url, '--request', file('r', '{}')],
      'is no recorded request (url: missing; allowed: a string; headers: missing; allowed: an object)',
      /allowed is JSON/,
    ],
    [
      'a request as HTTP',
      () => ['twilio', '--url', url, '--request', file('r', 'hello')],
      'begins with no method',
      /allowed is JSON/,
    ],
    [
      'a request with headers',
      () => ['twilio', '--url', url, '--request', file('r', { url, headers: { a: 7 } })],
      'headers.a: allowed is a string, or an array of strings',
      /allowed is JSON/,
    ],
    [
      'a whole event of API Gateway',
      () => ['twilio', '--url', url, '--request', file('r', { rawPath: '/', headers: {} })],
      'requestContext: missing; allowed: an object',
      /allowed is JSON/,
    ],
    [
      'a request in JSON that ends',
      () => ['twilio', '--url', url, '--request', file('r', '{"url": "https://')],
      'begins like JSON and is not JSON',
      /allowed is JSON/,
    ],
    [
      'a request that is not empty',
      () => ['twilio', '--url', url, '--request', file('r', '')],
      'r is empty',
      /allowed is JSON/,
    ],
    ['a stack or a URL', () => ['twilio'], 'no stack is running', /npm start.*--url .*--secret/],
    [
      'no URL where there is no webhook',
      () => ['aws-sms', '--url', 'anything'],
      '--url: aws-sms has no webhook',
      /docs\/channels\/aws-sms\.md/,
    ],
    [
      'no request and no secret where there are none',
      () => ['whatsapp-aws', '--request', 'x', '--secret', 'y'],
      '--request: whatsapp-aws has no webhook; --secret: whatsapp-aws has no secret',
      /docs\/channels\/whatsapp\.md/,
    ],
    [
      'no request that it cannot explain',
      () => ['whatsapp', '--request', 'x'],
      '--request: a request of whatsapp cannot be explained; allowed: twilio',
      /docs\/channels\/whatsapp\.md/,
    ],
  ])('asks for %s in plain words', async (_, args, message, next) => {
    expect((await doctor(...args())).fault).toMatchObject({
      name: 'CliError',
      message: expect.stringContaining(message),
      next: expect.stringMatching(next),
    });
  });

  it.each<[string, string, string[], string?]>([
    ['a slash at the end', `${url}/`, ['a slash at the end']],
    ['a query', `${url}?x=1`, ['the query ?x=1']],
    ['another connector', url.replace('twilio', 'whatsapp'), ['that of whatsapp, not of twilio']],
    ['http', url.replace('https', 'http'), ['http://, which is allowed for this machine']],
    ['a path behind it', `${url}/fallback`, ['goes on with /fallback']],
    ['two slashes', url.replace('/webhooks', '//webhooks'), ['two slashes']],
    ['capitals in the account', url.replace('shop', 'Shop'), ['Shop is no account']],
    ['two of these', `${url.replace('https', 'http')}/?x=1`, ['http://', 'slash', 'query']],
    [
      'another path',
      'https://hooks.example.org/sms',
      ['its path is /sms'],
      'https://hooks.example.org/webhooks/twilio/<account>',
    ],
  ])(
    'does not say to enter a URL with %s, which can never work',
    async (_, given, why, use = url) => {
      const request = file('request.json', {
        url: given,
        headers: { 'x-twilio-signature': signed(given) },
        body,
      });
      const args = ['twilio', '--url', given, '--secret', secret(), '--request', request, '--json'];
      const { data, fault } = await doctor(...args);
      expect(fault).toMatchObject({ exitCode: 1 });
      const checks = checksOf(data);
      expect(checks.filter(({ check }) => check === 'url')).toEqual(
        why.map((each) => ({
          account: expect.stringMatching(use.includes('shop') ? /shop$/i : /main$/),
          ...{ check: 'url', state: 'wrong', says: expect.stringContaining(each) },
          next: `use ${use}, here and at the provider`,
        })),
      );
      expect(checks.some(({ check }) => check === 'enter')).toBe(false);
      expect(checks.at(-1)).toMatchObject({ check: 'request', state: 'note' });
    },
  );

  it.each([
    `http://localhost:3000/webhooks/twilio/shop`,
    `http://127.0.0.1:3000/webhooks/twilio/shop`,
    `http://[::1]:3000/webhooks/twilio/shop`,
    `https://a1.execute-api.eu-central-1.amazonaws.com/prod/webhooks/twilio/shop`,
    `${url}#rc=3`,
  ])('takes %s', async (given) => {
    expect((await doctor('twilio', '--url', given, '--secret', secret())).fault).toBeUndefined();
  });

  it('finds an authentic request wrong that goes to quarantine', async () => {
    const { MessageSid: _, ...rest } = form;
    const request = file('request.json', {
      url,
      headers: { 'x-twilio-signature': getExpectedTwilioSignature(authToken, url, rest) },
      body: new URLSearchParams(rest).toString(),
    });
    const args = ['twilio', '--url', url, '--secret', secret(), '--request', request, '--json'];
    const { data, fault } = await doctor(...args);
    expect(fault).toMatchObject({ exitCode: 1 });
    expect(checksOf(data).at(-1)).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('MessageSid is needed exactly once'),
      next: expect.stringContaining('docs/channels/sms.md'),
    });
  });

  it.each<[string, unknown, string[], string[]]>([
    ['no token', { accountSid }, ['authToken: missing; allowed: a string'], []],
    [
      'a misspelt name',
      { accountSid, authtokn: authToken },
      ['authToken: missing; allowed: a string', 'authtokn: unknown; did you mean authToken?'],
      [],
    ],
    [
      'a misspelt name of a second token',
      { accountSid, authToken, secondryAuthToken: authToken },
      ['secondryAuthToken: unknown; did you mean secondaryAuthToken?'],
      [],
    ],
    ['another name', { accountSid, authToken, owner: 'Ada' }, [], ['owner: unknown, so not read']],
    [
      'a number',
      { accountSid, authToken: 70_707_070 },
      ['authToken: a number; allowed: a string'],
      [],
    ],
    ['a list', [authToken], ['an array; allowed: an object'], []],
  ])('names what is wrong with a secret that has %s', async (_, given, wrong, odd) => {
    const odds = file('odd.json', JSON.stringify(given));
    const { data } = await doctor('twilio', '--url', url, '--secret', odds, '--json');
    const says = (state: string) =>
      checksOf(data).flatMap((each) => (each.state === state ? each.says : []));
    expect(says('wrong')).toEqual(wrong.map((each) => expect.stringContaining(each)));
    expect(says('note')).toEqual(odd.map((each) => expect.stringContaining(each)));
    for (const word of ['Invalid input', authToken, '70707070', 'Ada'])
      expect(data.join()).not.toContain(word);
  });

  it('says what is wrong with a secret, and does not say the secret', async () => {
    const odd = file('odd.json', { accountSid: 'AC-mine', authToken: '' });
    const { data } = await doctor('twilio', '--url', url, '--secret', odd, '--json');
    const wrong = checksOf(data).filter(({ state }) => state === 'wrong');
    expect(wrong.map(({ says }) => says)).toEqual([
      expect.stringContaining('accountSid: expected AC and 32 hexadecimal digits'),
      expect.stringContaining('authToken: empty'),
    ]);
    expect(data.join()).not.toContain('AC-mine');
    const none = await doctor('twilio', '--url', url, '--json');
    expect(checksOf(none.data).at(-1)).toMatchObject({
      state: 'wrong',
      says: expect.stringContaining('no secret'),
    });
  });
});

describe('doctor on the local stack', () => {
  let running: RunningStack;
  let place: string;
  beforeAll(async () => {
    place = join(folder, 'stack');
    running = await startStack({ localDir: place, port: 0, quiet: true });
  }, 120_000);
  afterAll(() => running?.stop());

  it.each(localConnectors)(
    'finds nothing wrong with %s, and shows no secret',
    async (connector) => {
      const { data, fault } = await capture(['doctor', connector, '--json'], place);
      expect(fault).toBeUndefined();
      const checks = checksOf(data);
      expect(checks.map(({ check }) => check)).toContain('settings');
      expect(checks.every(({ account }) => account === `${connector}/main`)).toBe(true);
      const stored = z.record(z.string(), z.array(z.object({ value: z.string() })));
      const secrets = stored.parse(JSON.parse(readFileSync(join(place, 'secrets.json'), 'utf8')));
      for (const { value } of Object.values(secrets).flat()) {
        for (const each of Object.values(JSON.parse(value))) {
          if (typeof each === 'string' && each.length > 8)
            expect(data.join('\n')).not.toContain(each);
        }
      }
    },
  );

  it('explains a request by the secret of the store', async () => {
    const { publicUrl = '', secrets } =
      running.stack.accounts.find(({ connector }) => connector === 'twilio') ?? {};
    const token = secrets?.['authToken'] ?? '';
    const own = { ...form, AccountSid: secrets?.['accountSid'] ?? '' };
    const request = (where: string) =>
      file('local.json', {
        url: publicUrl,
        headers: { 'x-twilio-signature': getExpectedTwilioSignature(token, where, own) },
        body: new URLSearchParams(own).toString(),
      });
    const run = (where: string) =>
      capture(['doctor', 'twilio', '--json', '--request', request(where)], place);
    const fine = await run(publicUrl);
    expect(checksOf(fine.data).at(-1)).toMatchObject({ check: 'request', state: 'ok' });
    const wrong = await run(publicUrl.replace('/webhooks', '/prod/webhooks'));
    expect(checksOf(wrong.data).at(-1)).toMatchObject({ state: 'wrong', difference: 'stage' });
    const stranger = await capture(['doctor', 'twilio', '--account', 'gone'], place);
    expect(stranger.fault).toMatchObject({ message: expect.stringContaining('allowed are main') });
  });

  it('asks for the secret of an account that the store does not have', async () => {
    const { data } = await capture(['doctor', 'twilio', '--url', url, '--json'], place);
    expect(checksOf(data).at(-1)).toMatchObject({
      state: 'wrong',
      says: expect.stringMatching(/no secret of twilio\/shop in .*, which has .*twilio\/main/),
      next: expect.stringMatching(/^give .*--secret <file> \(docs\/channels\/sms\.md\)/),
    });
  });

  it('says how the stack gets an account of a connector that it does not have', async () => {
    const { fault } = await capture(['doctor', 'aws-sms'], place);
    expect(fault).toMatchObject({
      message: 'the stack has no account of aws-sms',
      next: expect.stringMatching(/^STAGE=local-aws npm start, or .*docs\/channels\/aws-sms\.md/),
    });
  });
});
