import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { ApiAnswer, ApiRequest, SimulatorWorld } from '#infra/local/simulators/simulator';
import { signedBy } from '#infra/local/simulators/twitter/access/oauth1';
import {
  json,
  missing,
  notFound,
  problem,
  readQuery,
} from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { mediaFields } from '#infra/local/simulators/twitter/messages/fields';
import { namesOf } from '#infra/local/simulators/twitter/messages/page';
import { type State, stateOf } from '#infra/local/simulators/twitter/state';
import { mediaV2 } from './forms.ts';
import type { FileType } from './rules.ts';

const MediaQuery = z.strictObject({ 'media.fields': namesOf(mediaFields).optional() });

/** A file of a direct message or of a post, at its address. */
export interface StoredFile {
  readonly mediaId: string;
  readonly key: string;
  readonly type: FileType;
  /** A voice message: X sends it as a video without a picture. */
  readonly isVoice: boolean;
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly altText?: string;
  readonly path: string;
  /** The users who may fetch it; absent of a public one. */
  readonly readers?: readonly string[];
}

export type NewFile = Omit<StoredFile, 'path' | 'readers'>;

const extensions: ReadonlyMap<string, string> = new Map([
  ['image/jpeg', 'jpg'],
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
  ['video/mp4', 'mp4'],
]);

/** Keeps a file of a direct message; only its two people can fetch it. */
export function keepPrivateFile(
  file: NewFile,
  messageId: string,
  readers: readonly string[],
  state: State,
): StoredFile {
  const name = `${randomBytes(6).toString('base64url')}.${extensionOf(file)}`;
  const paths = {
    photo: `/1.1/ton/data/dm/${messageId}/${file.mediaId}/${name}`,
    video: `/dm_video/${file.mediaId}/vid/avc1/720x720/${name}`,
    animated_gif: `/dm_gif/${file.mediaId}/${name}`,
  };
  return keep({ ...file, path: paths[file.type], readers }, state);
}

/** Keeps a file of a post, which is public. */
export function keepPublicFile(file: NewFile, state: State): StoredFile {
  const name = `${randomBytes(9).toString('base64url')}.${extensionOf(file)}`;
  const folders = {
    photo: 'media',
    video: `ext_tw_video/${file.mediaId}/pu/vid/720x720`,
    animated_gif: 'tweet_video',
  };
  return keep({ ...file, path: `/${folders[file.type]}/${name}` }, state);
}

function keep(file: StoredFile, state: State): StoredFile {
  state.files.set(file.path, file);
  return file;
}

function extensionOf({ type, contentType }: NewFile): string {
  return type === 'photo' ? (extensions.get(contentType) ?? 'jpg') : 'mp4';
}

/**
 * Serves a file at its own address, as `pbs.twimg.com`, `video.twimg.com` and `ton.twitter.com` do. Those of direct
 * messages demand the OAuth 1.0a signature of one of the two people. Undefined for a path that is no file's.
 */
export function answerFile(request: ApiRequest, world: SimulatorWorld): ApiAnswer | undefined {
  const isPrivate = /^\/(?:1\.1\/ton|dm_video|dm_gif)\//.test(request.path);
  const isPublic = /^\/(?:media|ext_tw_video|tweet_video)\//.test(request.path);
  if (!isPrivate && !isPublic) return undefined;
  const file = stateOf(world).files.get(request.path);
  if (request.method !== 'GET') return notFound;
  if (isPrivate) {
    const reader = signedBy(request, world);
    if (!reader) return { status: 401, body: '' };
    if (file && !file.readers?.includes(reader.address)) return { status: 403, body: '' };
  }
  return file ? served(file) : { status: 404, body: '' };
}

/** `GET /2/dm_conversations/media/{dm_id}/{media_id}/{resource_id}` */
export function downloadDirectMessageFile({ state, account, ids }: Call): ApiAnswer {
  const [messageId, mediaId, resourceId = ''] = ids;
  const message = state.messages.find(({ id }) => id === messageId);
  const file = message?.files.find(
    (each) => each.mediaId === mediaId && each.path.endsWith(`/${resourceId}`),
  );
  if (!file) return notFound;
  return file.readers?.includes(account.address)
    ? served(file)
    : problem(403, 'Forbidden', 'You are not permitted to perform this action.');
}

/** `GET /2/media/{media_key}`: where a file is. */
export function lookUpMedia(call: Call): ApiAnswer {
  const read = readQuery(MediaQuery, call.request);
  if ('refusal' in read) return read.refusal;
  const [key = ''] = call.ids;
  const file = [...call.state.files.values()].find(
    ({ readers, ...each }) =>
      each.key === key && (readers === undefined || readers.includes(call.account.address)),
  );
  if (!file) return json(200, { errors: [missing('media', key)] });
  const fields = ['media_key', 'type', ...(read.value['media.fields'] ?? [])];
  const all = Object.entries(mediaV2(file, call.world.url()));
  return json(200, { data: Object.fromEntries(all.filter(([name]) => fields.includes(name))) });
}

function served({ bytes, contentType }: StoredFile): ApiAnswer {
  return { status: 200, headers: { 'content-type': contentType }, body: '', bytes };
}
