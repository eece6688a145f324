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
const signed = (where: string, token = authToken) => getExpectedTwilioSignature(token, where, form);

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
      /JSON of the secret/,
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
      'is no recorded request (url:',
      /allowed is JSON/,
    ],
    [
      'a request as HTTP',
      () => ['twilio', '--url', url, '--request', file('r', 'hello')],
      'begins with no method',
      /allowed is JSON/,
    ],
    ['a stack or a URL', () => ['twilio'], 'no stack is running', /npm start/],
  ])('asks for %s in plain words', async (_, args, message, next) => {
    expect((await doctor(...args())).fault).toMatchObject({
      name: 'CliError',
      message: expect.stringContaining(message),
      next: expect.stringMatching(next),
    });
  });

  it('says what is wrong with a secret, and does not say the secret', async () => {
    const odd = file('odd.json', { accountSid: 'AC-mine', authToken: '' });
    const { data } = await doctor('twilio', '--url', url, '--secret', odd, '--json');
    const wrong = checksOf(data).filter(({ state }) => state === 'wrong');
    expect(wrong.map(({ says }) => says)).toEqual([
      expect.stringContaining('accountSid: expected AC and 32 hexadecimal digits'),
      expect.stringContaining('authToken: '),
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
    const request = (where: string) =>
      file('local.json', {
        url: publicUrl,
        headers: { 'x-twilio-signature': signed(where, token) },
        body,
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
});
