import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mediaSource } from '#connectors/twitter/media-source';
import type { MediaLocation } from '#shared/connector/media';
import { download } from '#shared/media/download';
import {
  type Act,
  type Asked,
  json,
  type ScriptedMeta,
  startMeta,
} from '#test/functions/fetch-media/scripted-meta';
import { accountOf, credentials } from './received.ts';

const at = (apiUrl: string) => ({ account: accountOf(), credentials, apiUrl, timeoutSeconds: 20 });
const real = at('https://api.x.com');
const signed = { authorization: expect.stringMatching(/^OAuth .*oauth_signature="/) };
const photoPath = '/1.1/ton/data/dm/2100000000000000003/10/a_B-c.jpg';

/** X's API and a host that is not X's: on loopback, only the port tells them apart. */
let x: ScriptedMeta;
let other: ScriptedMeta;
let act: (asked: Asked) => Act;
beforeAll(async () => {
  x = await startMeta((asked) => act(asked));
  other = await startMeta(() => ({ status: 200, body: 'not X' }));
});
afterAll(() => Promise.all([x.stop(), other.stop()]));
beforeEach(() => {
  x.asked.length = 0;
  other.asked.length = 0;
});

const direct = (reference: string) => mediaSource.direct?.({ reference }, real);

describe('the place of a file of X', () => {
  it.each(['ton.twitter.com', 'ton.x.com'])(
    'in a direct message is its address, signed: %s',
    (host) => {
      const url = `https://${host}${photoPath}`;
      expect(direct(url)).toEqual({ kind: 'found', url, headers: signed });
    },
  );

  it.each([
    ['https://pbs.twimg.com/media/a.jpg', 'https://pbs.twimg.com/media/a.jpg?name=orig'],
    ['https://pbs.twimg.com/media/a.jpg:large', 'https://pbs.twimg.com/media/a.jpg?name=orig'],
    [
      'https://pbs.twimg.com/media/a?format=png&name=small',
      'https://pbs.twimg.com/media/a?format=png&name=orig',
    ],
    ['https://video.twimg.com/dm_video/1/vid/a.mp4?tag=1', undefined],
    ['https://video.twimg.com/ext_tw_video/1/pu/vid/a.mp4?tag=12', undefined],
  ])('in a post is public, in full size, and shown no credentials: %s', (reference, url) => {
    expect(direct(reference)).toEqual({ kind: 'found', url: url ?? reference, headers: {} });
  });

  it('on the configured API is signed where X’s own is, and nowhere else', () => {
    const place = (path: string) =>
      mediaSource.direct?.(
        { reference: `http://127.0.0.1:7000/x${path}` },
        at('http://127.0.0.1:7000/x'),
      );
    expect(place(photoPath)).toMatchObject({ kind: 'found', headers: signed });
    expect(place('/media/a.jpg')).toMatchObject({ kind: 'found', headers: {} });
  });

  it.each([
    'http://ton.twitter.com/1.1/ton/data/dm/1/2/a.jpg',
    'https://ton.twitter.com:8443/1.1/ton/data/dm/1/2/a.jpg',
    'https://ton.twitter.com.evil.example/1.1/ton/data/dm/1/2/a.jpg',
    'https://evilton.twitter.com/1.1/ton/data/dm/1/2/a.jpg',
    'https://ton.twitter.com@evil.example/1.1/ton/data/dm/1/2/a.jpg',
    'https://evil.example/1.1/ton/data/dm/1/2/a.jpg',
    'https://twitter.com/messages/media/1',
    'https://169.254.169.254/latest/meta-data',
    'http://127.0.0.1:1/media',
    'file:///etc/passwd',
    'nowhere',
    'dm_events/../users#0',
    'https://api.x.com/2/users/me',
    'https://api.x.com//2/users/me',
    'https://api.x.com/2/dm_conversations/media/../../users/me',
    'https://api.x.com/1.1/account/settings.json',
    'https://ton.twitter.com/1.1/account/settings.json',
    '3_1/../../users',
  ])('is nowhere else, with credentials or without: %s', async (reference) => {
    expect(direct(reference)).toBeUndefined();
    const located = await mediaSource.locate({ reference }, real);
    expect(located.kind).toBe('failed');
    expect(JSON.stringify(located)).not.toMatch(/OAuth|meta-data|passwd|consumer/);
  });
});

/** What is found of a file whose address did not give it, when X answers like this. */
async function located(
  path: string,
  answer: Act | ((asked: Asked) => Act),
  providerMessageId?: string,
): Promise<MediaLocation> {
  act = typeof answer === 'function' ? answer : () => answer;
  const reference = path.startsWith('/') ? x.url + path : path;
  const named = providerMessageId === undefined ? { reference } : { reference, providerMessageId };
  return mediaSource.locate(named, at(x.url));
}

describe('a file whose address did not give it', () => {
  it.each<[string, Act, object]>([
    ['200', { status: 200, body: 'x' }, { kind: 'found', headers: signed }],
    ['404', { status: 404 }, { kind: 'later', expiredAfterSeconds: 3600 }],
    ['410', { status: 410 }, { kind: 'expired' }],
    ['402', { status: 402 }, { kind: 'later', retryAfterSeconds: 900 }],
    [
      '429',
      { status: 429, headers: { 'retry-after': '7', date: 'none' } },
      { kind: 'later', retryAfterSeconds: 7 },
    ],
    ['500', { status: 500 }, { kind: 'later' }],
    ['302', { status: 302, headers: { location: 'https://evil.example' } }, { kind: 'later' }],
    ['400', { status: 400 }, { kind: 'failed' }],
  ])('is told apart when the address answers %s', async (_, answer, expected) => {
    expect(await located(photoPath, answer)).toMatchObject(expected);
  });

  it.each([401, 403])('is asked for by its message when the address answers %s', async (status) => {
    expect(await located(photoPath, { status })).toEqual({
      kind: 'found',
      url: `${x.url}/2/dm_conversations/media/2100000000000000003/10/a_B-c.jpg`,
      headers: signed,
    });
  });

  it('is a film, and needs a signature after all: it gets one', async () => {
    const film = 'https://video.twimg.com/dm_video/14/vid/f.mp4?tag=1';
    expect(direct(film)).toMatchObject({ headers: {} });
    const guarded = ({ authorization }: Asked) => ({ status: authorization ? 206 : 403 });
    // The configured API stands for X's hosts: there the first attempt is signed.
    const here = await located('/dm_gif/14/f.mp4', guarded);
    expect(here).toMatchObject({ kind: 'found', headers: signed });
    const elsewhere = await located('/files/dm_video/14/vid/f.mp4', guarded);
    expect(elsewhere).toMatchObject({ kind: 'found', headers: signed });
    expect(x.asked.slice(1).map(({ authorization }) => authorization)).toEqual([
      undefined,
      signed.authorization,
    ]);
  });

  it('is a photo of a post that X refuses: it is never shown a signature', async () => {
    expect(await located('/media/a.jpg', { status: 403 })).toMatchObject({ kind: 'later' });
    expect(x.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('has its message’s id from the message, where it is a film', async () => {
    const film = '/files/dm_video/14/vid/720x1280/f_1-.mp4?tag=1';
    expect(await located(film, { status: 403 }, '2100000000000000034')).toMatchObject({
      url: `${x.url}/2/dm_conversations/media/2100000000000000034/14/f_1-.mp4`,
    });
    expect(await located(film, { status: 403 })).toMatchObject({
      ...{ kind: 'later', reason: 'HTTP 403 for the file', retryAfterSeconds: 900 },
    });
  });

  it('waits while nothing answers', async () => {
    const named = { reference: `http://127.0.0.1:9${photoPath}` };
    const nowhere = at('http://127.0.0.1:9');
    expect(await mediaSource.locate(named, nowhere)).toMatchObject({ kind: 'later' });
    const key = { reference: '3_1' };
    expect(await mediaSource.locate(key, nowhere)).toMatchObject({ kind: 'later' });
  });
});

describe('an account with OAuth 2', () => {
  const { accessToken: _, accessTokenSecret: __, ...keys } = credentials;
  const oauth2 = {
    ...{ clientId: 'client', accessToken: 'bearer-token', refreshToken: 'refresh' },
    expiresAt: '2027-01-01T00:00:00.000Z',
  };
  const context = (apiUrl: string, more: object = {}) => ({
    ...{ account: accountOf(), apiUrl, timeoutSeconds: 20 },
    credentials: { ...keys, ...more, oauth2 },
  });

  it('shows its token to the API alone, and asks there for what it cannot sign', async () => {
    act = () => ({ status: 403 });
    const reference = x.url + photoPath;
    expect(mediaSource.direct?.({ reference }, context(x.url))).toBeUndefined();
    expect(await mediaSource.locate({ reference }, context(x.url))).toEqual({
      kind: 'found',
      url: `${x.url}/2/dm_conversations/media/2100000000000000003/10/a_B-c.jpg`,
      headers: { authorization: 'Bearer bearer-token' },
    });
    const film = `${x.url}/files/dm_video/14/vid/f.mp4`;
    const located = await mediaSource.locate({ reference: film }, context(x.url));
    expect(located).toMatchObject({ kind: 'later' });
    expect(x.asked.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it('signs where it has tokens of OAuth 1.0a too', () => {
    const both = context('https://api.x.com', {
      ...{ accessToken: 'token', accessTokenSecret: 'secret' },
    });
    const reference = `https://ton.twitter.com${photoPath}`;
    expect(mediaSource.direct?.({ reference }, both)).toMatchObject({ headers: signed });
  });
});

describe('a file that X sent no address of', () => {
  it('is looked up by its media key, the best film of it', async () => {
    const variants = [
      { content_type: 'application/x-mpegURL', url: `${x.url}/media/v.m3u8` },
      { content_type: 'video/mp4', bit_rate: 1, url: `${x.url}/media/small.mp4` },
      { content_type: 'video/mp4', bit_rate: 2, url: `${x.url}/media/large.mp4` },
    ];
    const data = { media_key: '7_31', type: 'video', variants };
    expect(await located('7_31', json({ data }))).toEqual({
      ...{ kind: 'found', url: `${x.url}/media/large.mp4`, headers: {} },
    });
    expect(x.asked).toMatchObject([{ path: '/2/media/7_31', ...signed }]);
    expect(x.asked[0]?.query.get('media.fields')).toContain('variants');
  });

  it('is looked up by its message and its place in it', async () => {
    const media = [
      { media_key: '3_12', url: x.url + photoPath },
      { media_key: '3_11', url: `${x.url}/1.1/ton/data/dm/1/11/b.jpg` },
    ];
    const data = { id: '21', attachments: { media_keys: ['3_11', '3_12'] } };
    const found = await located('dm_events/21#1', json({ data, includes: { media } }));
    expect(found).toEqual({ kind: 'found', url: x.url + photoPath, headers: signed });
    expect(x.asked).toMatchObject([{ path: '/2/dm_events/21', ...signed }]);
  });

  it.each<[string, Act, object]>([
    [
      'no such file',
      json({ errors: [{ title: 'Not Found Error' }] }),
      { kind: 'later', expiredAfterSeconds: 3600 },
    ],
    ['no JSON', { status: 200, body: '<html>' }, { kind: 'later', expiredAfterSeconds: 3600 }],
    ['404', { status: 404 }, { kind: 'later', expiredAfterSeconds: 3600 }],
    ['401', { status: 401 }, { kind: 'later', retryAfterSeconds: 900 }],
    [
      'an address elsewhere',
      json({ data: { media_key: '3_1', url: 'https://evil.example/a.jpg' } }),
      { kind: 'failed' },
    ],
  ])('is told apart: %s', async (_, answer, expected) => {
    expect(await located('3_1', answer)).toMatchObject(expected);
  });
});

describe('the download of a private photo', () => {
  it.each([301, 302, 307, 308])('leaves its signature behind at a redirect: %s', async (status) => {
    const folder = mkdtempSync(join(tmpdir(), 'twitter-media-'));
    const file = join(folder, 'file');
    act = ({ path }) =>
      path === photoPath
        ? { status, headers: { location: `${other.url}/elsewhere` } }
        : { status: 200, body: 'x' };
    const place = mediaSource.direct?.({ reference: x.url + photoPath }, at(x.url));
    if (place?.kind !== 'found') throw new Error('no place');
    const request = {
      ...{ url: place.url, headers: place.headers, file, idleSeconds: 5 },
      ...{ hosts: mediaSource.hosts, redirectHosts: mediaSource.redirectHosts, apiUrl: x.url },
      ...{ maxSizeBytes: mediaSource.maxSizeBytes, signal: AbortSignal.timeout(20_000) },
    };
    // Another host is not asked at all; a host that may be asked would be shown nothing.
    expect(await download(request)).toMatchObject({ kind: 'failed' });
    expect(other.asked).toEqual([]);
    const allowed = { ...request, redirectHosts: ['127.0.0.1'] };
    expect(await download(allowed)).toMatchObject({ kind: 'fetched' });
    expect(other.asked).toMatchObject([{ path: '/elsewhere', authorization: undefined }]);
    expect(readFileSync(file, 'utf8')).toBe('not X');
    rmSync(folder, { recursive: true });
  });
});
