import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { errorAnswer } from './errors.ts';

/** The file of a message; a tiny one of its type where no bytes are given. */
export const InboundMedia = z.strictObject({
  base64: z.base64().optional(),
  contentType: z.string().min(1).default('image/gif'),
});
export type InboundMedia = z.output<typeof InboundMedia>;

/** The state of all files: they are there, they were deleted, or the address of the file host has run out. */
export const mediaCondition = z.enum(['normal', 'deleted', 'address expired']).default('normal');

interface StoredMedia {
  readonly sid: string;
  readonly path: string;
  readonly accountSid: string;
  readonly messageSid: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** The address that a Media resource redirects to lives four hours (help article 223183748). */
const addressLifeSeconds = 4 * 3600;
/** The path of the other host, which is this server under another name. */
const fileHostPath = '/mms.twiliocdn.com/';

const samples: ReadonlyMap<string, string> = new Map([
  ['image/gif', 'R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs='],
]);

const stored = new WeakMap<SimulatorWorld, Map<string, StoredMedia>>();

function mediaOf(world: SimulatorWorld): Map<string, StoredMedia> {
  const known = stored.get(world) ?? new Map<string, StoredMedia>();
  stored.set(world, known);
  return known;
}

/** Keeps the files of one message, and gives the parameters that name them in its webhook. */
export function mediaParameters(
  files: readonly InboundMedia[],
  { accountSid, messageSid }: Pick<StoredMedia, 'accountSid' | 'messageSid'>,
  world: SimulatorWorld,
): Record<string, string> {
  const parameters: Record<string, string> = { NumMedia: String(files.length) };
  for (const [index, { base64, contentType }] of files.entries()) {
    const sid = `ME${randomUUID().replaceAll('-', '')}`;
    const path = `/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}/Media/${sid}`;
    const text = base64 ?? samples.get(contentType) ?? btoa('a file of the simulator\n');
    const bytes = Buffer.from(text, 'base64');
    mediaOf(world).set(sid, { sid, path, accountSid, messageSid, contentType, bytes });
    parameters[`MediaUrl${index}`] = world.url() + path;
    parameters[`MediaContentType${index}`] = contentType;
  }
  return parameters;
}

/** `GET …/Media/{Sid}`: the resource as JSON, or a redirect to its file at another host. */
export function answerMedia(
  { method, path }: ApiRequest,
  { credentials }: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const [, sid = '', json] = /\/Media\/(ME[0-9a-f]{32})(\.json)?$/.exec(path) ?? [];
  const file = mediaOf(world).get(sid);
  const isThere =
    file?.accountSid === credentials['accountSid'] && path === `${file?.path}${json ?? ''}`;
  if (!file || !isThere || method !== 'GET' || world.conditions()['media'] === 'deleted') {
    return errorAnswer(20404);
  }
  if (json) {
    const resource = {
      ...{ sid, account_sid: file.accountSid, parent_sid: file.messageSid },
      ...{ content_type: file.contentType, uri: path },
    };
    const headers = { 'content-type': 'application/json' };
    return { status: 200, headers, body: JSON.stringify(resource) };
  }
  const age = world.conditions()['media'] === 'address expired' ? addressLifeSeconds : 0;
  const expires = Math.floor(world.now().getTime() / 1000) + addressLifeSeconds - age;
  // By another name of this machine, so that it is another host to the caller.
  const host = world.url().replace('127.0.0.1', 'localhost');
  const location = `${host}${fileHostPath}${file.accountSid}/${sid}?Expires=${expires}`;
  return { status: 307, headers: { location }, body: '' };
}

export function isFileHost({ path }: ApiRequest): boolean {
  return path.startsWith(fileHostPath);
}

/** The file host knows no accounts, and refuses a request that brings credentials, as S3 does. */
export function answerFileHost(
  { method, path, query, headers }: ApiRequest,
  world: SimulatorWorld,
): ApiAnswer {
  const file = mediaOf(world).get(path.split('/').at(-1) ?? '');
  if (method !== 'GET' || !file) return { status: 404, body: '' };
  if (headers['authorization'] !== undefined) return { status: 400, body: 'two kinds of auth' };
  const hasRunOut = Number(query.get('Expires')) * 1000 <= world.now().getTime();
  if (hasRunOut) return { status: 403, body: '' };
  const { bytes, contentType } = file;
  return { status: 200, headers: { 'content-type': contentType }, body: '', bytes };
}
