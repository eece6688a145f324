import { bareContentType } from '#shared/media/bare-content-type';
import type { ReplyContent } from '#shared/model/reply-content';

export type MediaContent = Extract<ReplyContent, { type: 'media' }>;

/**
 * The kind of message that shows a file, by its content type (business-phone-numbers/media, "Supported media types").
 */
export interface MediaKind {
  readonly type: 'audio' | 'document' | 'image' | 'sticker' | 'video';
  readonly maxSizeBytes: number;
}

const kibibyte = 1024;
const mebibyte = 1024 * kibibyte;

const kinds: Readonly<Record<string, readonly string[]>> = {
  audio: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg'],
  document: [
    'application/pdf',
    'application/msword',
    'application/vnd.ms-excel',
    'application/vnd.ms-powerpoint',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'text/plain',
  ],
  image: ['image/jpeg', 'image/png'],
  sticker: ['image/webp'],
  video: ['video/mp4', 'video/3gpp'],
};

/** A still sticker may have 100 KB, one that moves more; only the bytes tell which it is, so Meta checks that. */
const maxSizeBytes: Readonly<Record<MediaKind['type'], number>> = {
  audio: 16 * mebibyte,
  document: 100 * mebibyte,
  image: 5 * mebibyte,
  sticker: 500 * kibibyte,
  video: 16 * mebibyte,
};

const typeByContentType = new Map(
  Object.entries(kinds).flatMap(([type, contentTypes]) =>
    contentTypes.map((contentType) => [contentType, type as MediaKind['type']] as const),
  ),
);

/** Every content type WhatsApp takes. */
export const contentTypes: readonly string[] = [...typeByContentType.keys()];

/** Undefined for a content type WhatsApp does not take. */
export function mediaKind(contentType: string): MediaKind | undefined {
  const type = typeByContentType.get(bareContentType(contentType));
  return type && { type, maxSizeBytes: maxSizeBytes[type] };
}
