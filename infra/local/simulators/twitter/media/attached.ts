import type { Call } from '#infra/local/simulators/twitter/call';
import type { NewFile } from './files.ts';
import { type Category, categories } from './rules.ts';
import { isReady, type Upload, uploadOf } from './uploads.ts';

/** The upload behind a media id, where this caller may attach it to a message of this kind now. */
export function attachable(mediaId: string, kind: 'dm' | 'tweet', call: Call): Upload | undefined {
  const upload = uploadOf({ ...call, ids: [mediaId] });
  if (!upload?.category.startsWith(`${kind}_`) || !isReady(upload, call)) return undefined;
  // A file of a direct message is good for one of them, unless it was uploaded as a shared one.
  if (kind === 'dm' && upload.timesSent > 0 && !upload.isShared) return undefined;
  return upload;
}

/** X takes one film, or up to four photos. */
export function fitTogether(uploads: readonly Upload[]): boolean {
  const types = uploads.map(({ category }) => typeOf(category));
  return types.length === 1 || types.every((type) => type === 'photo');
}

/** The file of an upload, as its message carries it. */
export function fileOf(upload: Upload): NewFile {
  const parts = [...upload.parts].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes);
  const { id: mediaId, key, category, contentType, altText } = upload;
  const type = typeOf(category);
  return {
    ...{ mediaId, key, type, isVoice: false },
    contentType: type === 'animated_gif' ? 'video/mp4' : contentType,
    bytes: Buffer.concat(parts),
    ...(altText === undefined ? {} : { altText }),
  };
}

function typeOf(category: Category) {
  return categories[category].type;
}
