import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mediaSource } from '#connectors/twilio/media-source';
import type { MediaLocation } from '#shared/connector/media';
import { download } from '#shared/media/download';
import {
  type Act,
  json,
  type ScriptedMeta,
  startMeta,
} from '#test/functions/fetch-media/scripted-meta';
import { accountSid, authToken, context } from './signed-request.ts';

const messagePath = `/2010-04-01/Accounts/${accountSid}/Messages/MM${'1'.repeat(32)}/Media/ME${'2'.repeat(32)}`;
const accountPath = `/2010-04-01/Accounts/${accountSid}/Media/ME${'2'.repeat(32)}`;
const basic = (user: string, password: string) => `Basic ${btoa(`${user}:${password}`)}`;
const key = { apiKeySid: `SK${'3'.repeat(32)}`, apiKeySecret: 'secret-of-the-key' };

const at = (apiUrl: string, more: object = {}) => ({
  ...{ account: context.account, apiUrl, timeoutSeconds: 20 },
  credentials: { accountSid, authToken, ...more },
});
const real = at('https://api.twilio.com');

/** Twilio's API, and another host that is this machine too: on loopback, only the port tells them apart. */
let twilio: ScriptedMeta;
let other: ScriptedMeta;
let act: (path: string) => Act;
const bytes = Buffer.from('BEGIN:VCARD\nFN:Nora\nEND:VCARD\n');
beforeAll(async () => {
  twilio = await startMeta(({ path }) => act(path));
  other = await startMeta(() => ({ status: 200, body: bytes }));
});
afterAll(() => Promise.all([twilio.stop(), other.stop()]));
beforeEach(() => {
  twilio.asked.length = 0;
  other.asked.length = 0;
});

async function located(path: string, answer: Act): Promise<MediaLocation> {
  act = () => answer;
  return mediaSource.locate({ reference: twilio.url + path }, at(twilio.url));
}

describe('where a file of Twilio is', () => {
  it.each([messagePath, accountPath])(
    'is what the webhook says, with the credentials: %s',
    (path) => {
      const url = `https://api.twilio.com${path}`;
      const headers = { authorization: basic(accountSid, authToken) };
      expect(mediaSource.direct?.({ reference: url }, real)).toEqual({
        kind: 'found',
        url,
        headers,
      });
      const withKey = mediaSource.direct?.({ reference: url }, at(real.apiUrl, key));
      expect(withKey).toMatchObject({
        headers: { authorization: basic(key.apiKeySid, key.apiKeySecret) },
      });
    },
  );

  it.each([
    'https://api.dublin.ie1.twilio.com/2010-04-01/x',
    'https://mcs.us1.twilio.com/v1/Services/x',
  ])('may be another host of Twilio: %s', async (reference) => {
    const found = { kind: 'found', url: reference };
    expect(mediaSource.direct?.({ reference }, real)).toMatchObject(found);
  });

  it.each([
    'http://example.com/media',
    'https://example.com/media',
    'https://twilio.com.evil.example/media',
    'https://eviltwilio.com/media',
    'https://api.twilio.com@evil.example/media',
    'http://api.twilio.com/media',
    'https://api.twilio.com:8443/media',
    'https://169.254.169.254/latest/meta-data',
    'http://127.0.0.1:1/media',
    'https://[::1]/media',
    'file:///etc/passwd',
    'nowhere',
  ])('is nowhere else, with credentials or without: %s', async (reference) => {
    expect(mediaSource.direct?.({ reference }, real)).toBeUndefined();
    const located = await mediaSource.locate({ reference }, real);
    expect(located.kind).toBe('failed');
    expect(JSON.stringify(located)).not.toMatch(/authorization|Basic|meta-data|passwd/);
  });

  it.each<[string, Act, object]>([
    ['200', json({ content_type: 'text/vcard' }), { kind: 'found', contentType: 'text/vcard' }],
    ['200 without a type', json({}), { kind: 'found' }],
    ['404', json({ code: 20404 }, 404), { kind: 'later', expiredAfterSeconds: 120 }],
    ['410', { status: 410 }, { kind: 'expired' }],
    ['401', json({ code: 20003 }, 401), { kind: 'later', retryAfterSeconds: 900 }],
    ['403', { status: 403 }, { kind: 'later', retryAfterSeconds: 900 }],
    [
      '429',
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'later', retryAfterSeconds: 7 },
    ],
    ['500', { status: 500 }, { kind: 'later' }],
    ['302', { status: 302, headers: { location: 'https://example.com' } }, { kind: 'later' }],
    ['400', { status: 400 }, { kind: 'failed' }],
  ])('is told apart when the resource answers %s', async (_, answer, expected) => {
    expect(await located(messagePath, answer)).toMatchObject(expected);
    expect(twilio.asked).toMatchObject([
      { path: `${messagePath}.json`, authorization: basic(accountSid, authToken) },
    ]);
  });

  it('is asked for later when there is no API', async () => {
    const reference = `http://127.0.0.1:9${messagePath}`;
    expect(await mediaSource.locate({ reference }, at('http://127.0.0.1:9'))).toMatchObject({
      kind: 'later',
    });
  });
});

describe('a file of Twilio', () => {
  const directory = mkdtempSync(join(tmpdir(), 'twilio-media-'));
  const file = join(directory, 'file');
  afterAll(() => rmSync(directory, { recursive: true }));
  afterEach(() => rmSync(file, { force: true }));

  const fetched = (redirectHosts: readonly string[]) => {
    const found = mediaSource.direct?.({ reference: twilio.url + messagePath }, at(twilio.url));
    if (found?.kind !== 'found') throw new Error('not found');
    const { hosts, maxSizeBytes } = mediaSource;
    return download({
      ...{ url: found.url, headers: found.headers, file, maxSizeBytes, idleSeconds: 20 },
      ...{ hosts, redirectHosts, apiUrl: twilio.url, signal: AbortSignal.timeout(20_000) },
    });
  };
  const away = (): Act => ({ status: 307, headers: { location: `${other.url}/file` } });

  it('comes from the host that Twilio redirects to, which is not shown the credentials', async () => {
    act = away;
    expect(await fetched(mediaSource.redirectHosts)).toMatchObject({ kind: 'fetched' });
    expect(readFileSync(file)).toEqual(bytes);
    expect(twilio.asked).toMatchObject([{ authorization: basic(accountSid, authToken) }]);
    expect(other.asked).toMatchObject([{ path: '/file', authorization: undefined }]);
  });

  it('is not shown them again on the way back', async () => {
    const back = await startMeta(() => ({
      status: 307,
      headers: { location: `${twilio.url}/round` },
    }));
    act = (path) =>
      path === '/round'
        ? { status: 200, body: bytes }
        : { status: 307, headers: { location: back.url } };
    await fetched(mediaSource.redirectHosts);
    expect(twilio.asked.map(({ authorization }) => authorization)).toEqual([
      basic(accountSid, authToken),
      undefined,
    ]);
    await back.stop();
  });

  it('comes from no other host', async () => {
    act = away;
    expect(await fetched([])).toMatchObject({ kind: 'failed' });
    expect(other.asked).toEqual([]);
  });

  it('would be seen where a host is shown the credentials', async () => {
    await fetch(`${other.url}/file`, { headers: { authorization: 'Basic planted' } });
    expect(other.asked).toMatchObject([{ authorization: 'Basic planted' }]);
  });
});
