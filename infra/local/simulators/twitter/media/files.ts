import { randomBytes } from 'node:crypto';
import type { ApiAnswer, ApiRequest, SimulatorWorld } from '#infra/local/simulators/simulator';
import { signedBy } from '#infra/local/simulators/twitter/access/oauth1';
import { notFound, problem } from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { type State, stateOf } from '#infra/local/simulators/twitter/state';
import type { FileType } from './rules.ts';

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
  const path =
    file.type === 'photo'
      ? `/1.1/ton/data/dm/${messageId}/${file.mediaId}/${name}`
      : `/dm_video/${file.mediaId}/vid/avc1/720x720/${name}`;
  return keep({ ...file, path, readers }, state);
}

/** Keeps a file of a post, which everybody can fetch. */
export function keepPublicFile(file: NewFile, state: State): StoredFile {
  const name = `${randomBytes(9).toString('base64url')}.${extensionOf(file)}`;
  const folder = file.type === 'photo' ? 'media' : `ext_tw_video/${file.mediaId}/pu/vid/720x720`;
  return keep({ ...file, path: `/${folder}/${name}` }, state);
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
  if (!/^\/(?:1\.1\/ton|dm_video|media|ext_tw_video)\//.test(request.path)) return undefined;
  const file = stateOf(world).files.get(request.path);
  if (request.method !== 'GET') return notFound;
  if (/^\/(?:1\.1\/ton|dm_video)\//.test(request.path)) {
    const reader = signedBy(request, world.accounts, world.now());
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

function served({ bytes, contentType }: StoredFile): ApiAnswer {
  return { status: 200, headers: { 'content-type': contentType }, body: '', bytes };
}
