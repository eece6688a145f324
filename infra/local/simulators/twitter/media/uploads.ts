import * as z from 'zod';
import type { ApiAnswer, ApiRequest } from '#infra/local/simulators/simulator';
import {
  invalidRequest,
  json,
  notFound,
  type Read,
  readBody,
  readQuery,
} from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { multipartFields } from './multipart.ts';
import {
  type Category,
  categories,
  categoryNames,
  maxPartBytes,
  refusalOf,
  uploadLifeSeconds,
} from './rules.ts';

/** A file that one of our accounts uploads, or has uploaded. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly ownerId: string;
  readonly category: Category;
  readonly contentType: string;
  readonly totalBytes: number;
  /** It may be attached to more than one direct message. */
  readonly isShared: boolean;
  readonly startedAt: Date;
  readonly parts: Map<number, Buffer>;
  finalizedAt?: Date;
  statusCalls: number;
  altText?: string;
  timesSent: number;
}

const Id = z.string().regex(/^[0-9]{1,19}$/);

/** X's schema demands none of them, X's answer the first three. */
const Initialize = z.strictObject({
  media_category: z.enum(categoryNames),
  media_type: z.string(),
  total_bytes: z.int().min(0).max(17_179_869_184),
  additional_owners: z.array(Id).optional(),
  shared: z.boolean().default(false),
});

const Part = z.strictObject({
  segment_index: z.coerce.number().int().min(0).max(999),
  media: z.union([
    z.instanceof(Buffer),
    z.base64().transform((text) => Buffer.from(text, 'base64')),
  ]),
});

const Status = z.strictObject({ media_id: Id, command: z.literal('STATUS').optional() });

/** `POST /2/media/upload/initialize` */
export function initializeUpload({ request, world, state, account }: Call): ApiAnswer {
  const read = readBody(Initialize, request);
  if ('refusal' in read) return read.refusal;
  const { media_category: category, media_type: contentType, total_bytes: totalBytes } = read.value;
  const refusal = refusalOf(category, contentType, totalBytes);
  if (refusal) return invalidRequest(refusal);
  const startedAt = world.now();
  const id = state.nextId(startedAt);
  const key = `${categories[category].keyPrefix}_${id}`;
  state.uploads.set(id, {
    ...{ id, key, ownerId: account.address, category, contentType, totalBytes, startedAt },
    ...{ isShared: read.value.shared, parts: new Map(), statusCalls: 0, timesSent: 0 },
  });
  return json(200, { data: { id, media_key: key, expires_after_secs: uploadLifeSeconds } });
}

/** `POST /2/media/upload/{id}/append`: one part, as multipart or as JSON with base64. */
export function appendUpload(call: Call): ApiAnswer {
  const upload = uploadOf(call);
  if (!upload || upload.finalizedAt) return notFound;
  const read = readPart(call.request);
  if ('refusal' in read) return read.refusal;
  const { segment_index, media } = read.value;
  if (media.length > maxPartBytes) return invalidRequest('media: a part has at most 5 MB');
  upload.parts.set(segment_index, media);
  return json(200, { data: { expires_at: expiresAt(upload) } });
}

function readPart(request: ApiRequest): Read<z.output<typeof Part>> {
  const fields = multipartFields(request);
  if (!fields) return readBody(Part, request);
  const part = Part.safeParse({
    ...Object.fromEntries(fields),
    ...(fields.has('segment_index') ? { segment_index: String(fields.get('segment_index')) } : {}),
  });
  if (part.success) return { value: part.data };
  return { refusal: invalidRequest(z.prettifyError(part.error)) };
}

/** `POST /2/media/upload/{id}/finalize` */
export function finalizeUpload(call: Call): ApiAnswer {
  const upload = uploadOf(call);
  if (!upload) return notFound;
  const sizes = [...upload.parts.values()].reduce((sum, { length }) => sum + length, 0);
  const isWhole = [...upload.parts.keys()].toSorted((a, b) => a - b).every((key, at) => key === at);
  if (!isWhole || sizes !== upload.totalBytes) {
    return invalidRequest(
      `Segments do not add up to provided total file size: ${sizes} of ${upload.totalBytes} bytes.`,
    );
  }
  upload.finalizedAt ??= call.world.now();
  return json(200, { data: described(upload, call, false) });
}

/** `GET /2/media/upload?command=STATUS&media_id=` */
export function uploadStatus(call: Call): ApiAnswer {
  const read = readQuery(Status, call.request);
  if ('refusal' in read) return read.refusal;
  const upload = uploadOf({ ...call, ids: [read.value.media_id] });
  if (!upload?.finalizedAt) return notFound;
  upload.statusCalls += 1;
  return json(200, { data: described(upload, call, true) });
}

/** The upload that the path names, where it is one of the caller's. */
export function uploadOf({ state, account, ids: [id = ''] }: Call): Upload | undefined {
  const upload = state.uploads.get(id);
  return upload?.ownerId === account.address ? upload : undefined;
}

/** The file can be attached: it is whole, young enough, and X has done its work on it. */
export function isReady(upload: Upload, { world }: Pick<Call, 'world'>): boolean {
  if (!upload.finalizedAt || world.now().getTime() > expiresAt(upload) * 1000) return false;
  const state = processingOf(upload, { world })?.state;
  return state === undefined || state === 'succeeded';
}

function expiresAt({ startedAt }: Upload): number {
  return Math.floor(startedAt.getTime() / 1000) + uploadLifeSeconds;
}

function described(upload: Upload, call: Call, isStatus: boolean) {
  const { id, key, totalBytes, contentType, category } = upload;
  const left = expiresAt(upload) - Math.floor(call.world.now().getTime() / 1000);
  const processing = isStatus || isFilm(upload) ? processingOf(upload, call) : undefined;
  return {
    ...{ id, media_key: key, size: totalBytes, expires_after_secs: Math.max(0, left) },
    ...(categories[category].type === 'photo'
      ? { image: { image_type: contentType, w: 1, h: 1 } }
      : { video: { video_type: contentType } }),
    ...(processing ? { processing_info: processing } : {}),
  };
}

function isFilm({ category }: Upload): boolean {
  return categories[category].type !== 'photo';
}

/** The work of X on a film: pending until it is asked, then in progress, until its time is over. */
function processingOf(upload: Upload, { world }: Pick<Call, 'world'>) {
  if (!isFilm(upload)) return undefined;
  const { processing, processingSeconds } = conditionsOf(world);
  const seconds = (world.now().getTime() - (upload.finalizedAt?.getTime() ?? 0)) / 1000;
  if (seconds >= processingSeconds) {
    return processing === 'succeeds'
      ? { state: 'succeeded', progress_percent: 100 }
      : {
          state: 'failed',
          error: { code: 1, name: 'InvalidMedia', message: 'Unsupported video format' },
        };
  }
  const check_after_secs = Math.max(1, Math.ceil(processingSeconds - seconds));
  if (upload.statusCalls === 0) return { state: 'pending', check_after_secs };
  const progress_percent = Math.floor((100 * seconds) / processingSeconds);
  return { state: 'in_progress', check_after_secs, progress_percent };
}
