import * as z from 'zod';
import { defineMediaSource } from '#shared/connector/define-media-source';
import type { MediaContext, MediaLocation, MediaReference } from '#shared/connector/media';
import { attemptHttp, type HttpResult, retryAfterField } from '#shared/http-attempt';
import { parsedJson } from '#shared/json';
import { providerUrl } from '#shared/media/provider-url';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { addressOf, maxFileBytes, mediaKey } from './media-files.ts';
import { authorizationFor } from './outbound/oauth.ts';
import { Media } from './payload.ts';
import { rateLimitWaitSeconds } from './rate-limit.ts';

type Context = MediaContext<Account, Credentials>;

/** Photos of direct messages: shown to a participant alone, who signs by OAuth 1.0a. */
const privateHosts = ['ton.twitter.com', 'ton.x.com'];
/** Files of posts, and films of direct messages. Shown a signature only where a film is refused without (`signedFilm`). */
const publicHosts = ['pbs.twimg.com', 'video.twimg.com'];
const hosts = [...privateHosts, ...publicHosts];

/** The wait when the account is refused: no file can be had until its credentials or its credits are right. */
const brokenAccountSeconds = 900;
/** X sends a message before all its servers have the file: until then a missing one may still come. */
const missingAfterSeconds = 3600;

/**
 * Files of direct messages and posts. A file goes by the address that X sent; without one, X is asked for it, by the
 * media key (posts) or by the message (`GET /2/dm_events/:id`).
 */
export const mediaSource = defineMediaSource({
  account: Account,
  credentials: Credentials,
  hosts,
  maxSizeBytes: maxFileBytes,
  // Direct messages can be read for 30 days (dm_events).
  keptHours: 30 * 24,
  direct: ({ reference }, context: Context) => {
    const url = fileUrl(reference, context);
    if (!url || isOutOfReach(url, context)) return undefined;
    return place(fullSize(url), context);
  },
  locate,
});

/** The address did not give the file, or there is none. */
async function locate(media: MediaReference, context: Context): Promise<MediaLocation> {
  const { reference } = media;
  if (mediaKey.test(reference)) {
    return lookUp(`/2/media/${reference}?media.fields=${mediaFields}`, 0, context);
  }
  const [, eventId, position] = /^dm_events\/(\d{1,20})#(\d{1,2})$/.exec(reference) ?? [];
  if (eventId) {
    const query = `dm_event.fields=attachments&expansions=attachments.media_keys&media.fields=${mediaFields}`;
    return lookUp(`/2/dm_events/${eventId}?${query}`, Number(position), context);
  }
  const url = fileUrl(reference, context);
  if (url) return placeThatAnswers(url, media, context);
  const host = URL.parse(reference)?.hostname;
  const isOfX = providerUrl(reference, { ...context, hosts }) !== undefined;
  const strange = host ? `${host} is not one of the provider's hosts` : 'no address of a file';
  const reason = isOfX ? 'an address of X that keeps no files' : strange;
  return { kind: 'failed', reason };
}

/** The paths of X's API and of its private hosts under which files are. */
const signedPaths = ['/2/dm_conversations/media/', '/1.1/ton/'];

/**
 * The address that X sent, if it is one of a file. An event may name any address of X: the API itself answers with the
 * account's data, which is no customer's file.
 */
function fileUrl(reference: string, context: Context): URL | undefined {
  const url = providerUrl(reference, { ...context, hosts });
  if (!url) return undefined;
  const api = new URL(context.apiUrl);
  const base = url.origin === api.origin ? api.pathname.replace(/\/$/, '') : '';
  const path = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : url.pathname;
  const isCall =
    privateHosts.includes(url.hostname) || /^\/+(?:2|1\.1|oauth2?|i)(?:\/|$)/.test(path);
  return isCall && !signedPaths.some((each) => path.startsWith(each)) ? undefined : url;
}

function place(url: URL, context: Context) {
  return { kind: 'found' as const, url: url.href, headers: headersFor(url, context) };
}

/** The account's authorisation for X's API, its signature for a private file, and nothing for anything else. */
function headersFor(url: URL, context: Context): Readonly<Record<string, string>> {
  const { apiUrl, credentials } = context;
  if (url.href.startsWith(`${apiUrl}/2/dm_conversations/media/`)) {
    return { authorization: authorizationFor('GET', url.href, credentials) };
  }
  return isPrivateFile(url, context) ? signed(url, context) : {};
}

function isPrivateFile({ hostname, href }: URL, { apiUrl }: Context): boolean {
  if (privateHosts.includes(hostname)) return true;
  return privatePaths.some((path) => href.startsWith(`${apiUrl}${path}`));
}

/** True for a private file where the account has no tokens of OAuth 1.0a to sign with. */
function isOutOfReach(url: URL, context: Context): boolean {
  return isPrivateFile(url, context) && signed(url, context)['authorization'] === undefined;
}

const unsignable: MediaLocation = {
  ...{ kind: 'later', retryAfterSeconds: brokenAccountSeconds },
  reason: 'the file needs a signature of OAuth 1.0a, and the account has no tokens for it',
};

/** The private files on the configured API, which may stand for all hosts of X. */
const privatePaths = ['/1.1/ton/', '/dm_video/', '/dm_gif/'];

/** By OAuth 1.0a alone: a bearer token is no signature of one call, and is shown to X's API only. */
function signed(
  { href }: URL,
  { credentials: { oauth2: _, ...keys } }: Context,
): Readonly<Record<string, string>> {
  if (keys.accessToken === undefined || keys.accessTokenSecret === undefined) return {};
  return { authorization: authorizationFor('GET', href, keys) };
}

/** X shows a photo of a post in a size for screens unless `name` asks for another one (entities object, photo URLs). */
function fullSize(url: URL): URL {
  if (url.hostname !== 'pbs.twimg.com' || !url.pathname.startsWith('/media/')) return url;
  const full = new URL(url);
  full.pathname = full.pathname.replace(/:\w+$/, '');
  full.searchParams.set('name', 'orig');
  return full;
}

/**
 * Asks the address itself, in the size that X named: the answer says why the file did not come. X shows a film of a
 * direct message without a signature; should it refuse, it is asked again with one.
 */
async function placeThatAnswers(
  url: URL,
  media: MediaReference,
  context: Context,
): Promise<MediaLocation> {
  if (isOutOfReach(url, context)) return byMessage(url, media, context) ?? unsignable;
  const first = await probe(url, headersFor(url, context), context);
  if (first.kind !== 'answer') return { kind: 'later', reason: first.error.title };
  if (isThere(first)) return place(url, context);
  if (first.status !== 401 && first.status !== 403) return refusal(first, 'the file');
  const again = await signedFilm(url, context);
  return again ?? byMessage(url, media, context) ?? refusal(first, 'the file');
}

/** A film of a direct message that was asked for without a signature, if it comes with one. */
async function signedFilm(url: URL, context: Context): Promise<MediaLocation | undefined> {
  if (!film.test(url.pathname) || isPrivateFile(url, context)) return undefined;
  const headers = signed(url, context);
  if (headers['authorization'] === undefined) return undefined;
  const isFound = isThere(await probe(url, headers, context));
  return isFound ? { kind: 'found', url: url.href, headers } : undefined;
}

/** The first byte of a private file, because its host is known to take GET; of a film, which is large, the head. */
function probe(
  { href: url }: URL,
  headers: Readonly<Record<string, string>>,
  { timeoutSeconds }: Context,
): Promise<HttpResult> {
  return attemptHttp(
    headers['authorization'] === undefined
      ? { url, method: 'HEAD', headers, timeoutSeconds }
      : { url, method: 'GET', headers: { ...headers, range: 'bytes=0-0' }, timeoutSeconds },
  );
}

function isThere(result: HttpResult): boolean {
  return result.kind === 'answer' && (result.status === 200 || result.status === 206);
}

const photo = /\/dm\/(\d{1,19})\/(\d{1,19})\/([\w.-]{1,50})$/;
const film = /\/dm_(?:video|gif)\/(\d{1,19})\/(?:.*\/)?([\w.-]{1,50})$/;

/**
 * The same file of a direct message at `GET /2/dm_conversations/media/{dm_id}/{media_id}/{resource_id}`. A photo's
 * address names all three, a film's the last two.
 */
function byMessage(
  url: URL,
  { providerMessageId }: MediaReference,
  context: Context,
): MediaLocation | undefined {
  const ofFilm = film.exec(url.pathname)?.slice(1);
  const ids = photo.exec(url.pathname)?.slice(1) ?? (ofFilm && [providerMessageId, ...ofFilm]);
  if (!ids || ids.includes(undefined)) return undefined;
  const path = ['/2/dm_conversations/media', ...ids].join('/');
  return place(new URL(`${context.apiUrl}${path}`), context);
}

const mediaFields = 'type,url,variants,duration_ms';

const Answer = z.looseObject({
  data: z.unknown().optional(),
  includes: z.looseObject({ media: z.array(Media).default([]) }).optional(),
});
const Attached = z.looseObject({
  attachments: z.looseObject({ media_keys: z.array(z.string()) }),
});

/** Asks X for the description of a file that came without one. */
async function lookUp(path: string, position: number, context: Context): Promise<MediaLocation> {
  const url = `${context.apiUrl}${path}`;
  const authorization = authorizationFor('GET', url, context.credentials);
  const { timeoutSeconds } = context;
  const headers = { authorization, accept: 'application/json' };
  const result = await attemptHttp({ url, method: 'GET', headers, timeoutSeconds });
  if (result.kind !== 'answer') return { kind: 'later', reason: result.error.title };
  if (result.status !== 200) return refusal(result, 'the description of the file');
  const address = addressIn(Answer.catch({}).parse(parsedJson(result.text)), position);
  if (address === undefined) return missing('X names no address of this file');
  const found = fileUrl(address, context);
  if (found) return place(fullSize(found), context);
  return { kind: 'failed', reason: "X named an address that is not one of the provider's hosts" };
}

function addressIn({ data, includes }: z.infer<typeof Answer>, position: number) {
  const attached = Attached.safeParse(data);
  if (!attached.success) return addressOf(Media.safeParse(data).data ?? {});
  const key = attached.data.attachments.media_keys[position];
  const media = includes?.media.find(({ media_key }) => media_key === key);
  return media && addressOf(media);
}

function refusal(answer: HttpResult & { readonly kind: 'answer' }, what: string): MediaLocation {
  const { status, headers } = answer;
  const reason = `HTTP ${status} for ${what}`;
  if (status === 410) return { kind: 'expired', reason };
  if (status === 404) return missing(reason);
  if ([401, 402, 403].includes(status)) {
    return { kind: 'later', reason, retryAfterSeconds: brokenAccountSeconds };
  }
  if (status === 429) {
    return { kind: 'later', reason, retryAfterSeconds: rateLimitWaitSeconds(headers) };
  }
  const isFinal = status >= 400 && status < 500 && status !== 408;
  if (isFinal) return { kind: 'failed', reason };
  return { kind: 'later', reason, ...retryAfterField(headers) };
}

function missing(reason: string): MediaLocation {
  return { kind: 'later', reason, expiredAfterSeconds: missingAfterSeconds };
}
