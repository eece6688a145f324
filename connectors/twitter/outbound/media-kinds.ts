import { bareContentType } from '#shared/media/bare-content-type';

/** The kind of a file for X: the last part of its media category (`tweet_image`, `dm_gif`). */
export interface MediaKind {
  readonly kind: 'image' | 'gif' | 'video';
  readonly maxSizeBytes: number;
}

const mebibyte = 1024 ** 2;

/** X's own for pictures and GIFs. X takes videos of 512 MB; ours is what an upload can carry and have processed. */
const maxSizeBytes: Readonly<Record<MediaKind['kind'], number>> = {
  image: 5 * mebibyte,
  gif: 15 * mebibyte,
  video: 50 * mebibyte,
};

const kinds: ReadonlyMap<string, MediaKind['kind']> = new Map([
  ['image/jpeg', 'image'],
  ['image/png', 'image'],
  ['image/webp', 'image'],
  ['image/gif', 'gif'],
  ['video/mp4', 'video'],
  ['video/quicktime', 'video'],
]);

/** Every content type that is sent. */
export const contentTypes: readonly string[] = [...kinds.keys()];

/** Undefined for a content type that X does not show. */
export function mediaKind(contentType: string): MediaKind | undefined {
  const kind = kinds.get(bareContentType(contentType));
  return kind && { kind, maxSizeBytes: maxSizeBytes[kind] };
}
