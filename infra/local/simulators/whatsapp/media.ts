import { createHash, createHmac, randomInt } from 'node:crypto';
import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { graphError, graphJson, noSuchObject } from './errors.ts';
import { fileRefusal } from './media-rules.ts';
import { type StoredMedia, stateOf } from './state.ts';

const urlLifeSeconds = 300;
const dayMilliseconds = 24 * 3600 * 1000;

/** Days that a media id is valid: of customers' files, of businesses' uploads. */
const lives = { inbound: 7, upload: 30 };

/** Keeps a file, with an id as long as Meta's. */
export function keepMedia(
  file: Pick<StoredMedia, 'account' | 'bytes' | 'contentType'>,
  from: keyof typeof lives,
  world: SimulatorWorld,
): StoredMedia {
  const id = `1${Array.from({ length: 15 }, () => randomInt(10)).join('')}`;
  const expiresAt = world.now().getTime() + lives[from] * dayMilliseconds;
  const stored = { ...file, id, expiresAt };
  stateOf(world).media.set(id, stored);
  return stored;
}

/** The file behind a media id of this account, as long as Meta keeps it. */
export function keptMedia(
  id: string,
  { address }: SimulatedAccount,
  world: SimulatorWorld,
): StoredMedia | undefined {
  const file = stateOf(world).media.get(id);
  const isKept = file !== undefined && file.expiresAt >= world.now().getTime();
  return isKept && file.account.address === address ? file : undefined;
}

/** `POST /{phone-number-id}/media`: a form with `messaging_product`, `type` and the file. */
export async function uploadMedia(
  { headers, body }: ApiRequest,
  account: SimulatedAccount,
  world: SimulatorWorld,
): Promise<ApiAnswer> {
  const type = headers['content-type'] ?? '';
  const form = await new Response(Uint8Array.from(body), { headers: { 'content-type': type } })
    .formData()
    .catch(() => undefined);
  if (form?.get('messaging_product') !== 'whatsapp') {
    return graphError(100, { message: 'The parameter messaging_product is required.' });
  }
  const file = form.get('file');
  if (!(file instanceof File)) {
    return graphError(100, { message: 'The parameter file is required.' });
  }
  if (!form.get('type')) return graphError(100, { message: 'The parameter type is required.' });
  const refusal = fileRefusal(file.type, file.size);
  if (refusal !== undefined) return graphError(100, { message: refusal });
  const bytes = Buffer.from(await file.arrayBuffer());
  const { id } = keepMedia({ account, bytes, contentType: file.type }, 'upload', world);
  return graphJson({ id });
}

/** `GET` and `DELETE /{media-id}`: where the file is for the next five minutes, or the end of it. */
export function answerMedia(
  { method, query }: ApiRequest,
  id: string,
  world: SimulatorWorld,
): ApiAnswer {
  const { media } = stateOf(world);
  const file = media.get(id);
  if (file === undefined || file.expiresAt < world.now().getTime()) return noSuchObject(method, id);
  const number = query.get('phone_number_id');
  if (number !== null && number !== file.account.address) {
    const message = 'Param phone_number_id is not a valid whatsapp business phone number id ID';
    return graphError(100, { message });
  }
  if (method === 'DELETE') {
    media.delete(id);
    return graphJson({ success: true });
  }
  if (method !== 'GET') return noSuchObject(method, id);
  return graphJson({
    messaging_product: 'whatsapp',
    url: mediaUrl(file, world),
    mime_type: file.contentType,
    sha256: sha256(file.bytes, 'hex'),
    file_size: String(file.bytes.length),
    id,
  });
}

/** An address of the file that lives five minutes by Meta's clock. */
export function mediaUrl({ id, account }: StoredMedia, world: SimulatorWorld): string {
  const ext = Math.floor(world.now().getTime() / 1000) + urlLifeSeconds;
  const query = new URLSearchParams({ mid: id, ext: String(ext), hash: hashOf(id, ext, account) });
  return `${world.url()}/whatsapp_business/attachments/?${query}`;
}

/** The bytes behind such an address; 404 for one that has run out, as Meta's own host answers. */
export function downloadMedia({ query }: ApiRequest, world: SimulatorWorld): ApiAnswer {
  const ext = Number(query.get('ext'));
  const file = stateOf(world).media.get(query.get('mid') ?? '');
  const valid = file !== undefined && query.get('hash') === hashOf(file.id, ext, file.account);
  if (!valid || ext * 1000 < world.now().getTime()) return { status: 404, body: '' };
  return {
    status: 200,
    headers: { 'content-type': file.contentType },
    body: '',
    bytes: file.bytes,
  };
}

export function sha256(bytes: Buffer, encoding: 'hex' | 'base64'): string {
  return createHash('sha256').update(bytes).digest(encoding);
}

function hashOf(id: string, ext: number, { credentials }: SimulatedAccount): string {
  const secret = credentials['appSecret'] ?? '';
  return `ARk${createHmac('sha256', secret).update(`${id}.${ext}`).digest('hex').slice(0, 32)}`;
}
