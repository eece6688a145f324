import type { ChannelAttachment } from '#shared/connector/channel-event';
import { File, Photo } from './payload.ts';

interface FileKind {
  readonly kind: ChannelAttachment['kind'];
  /** The type of a file for which Telegram names none. */
  readonly contentType: (file: File) => string;
}

const always = (type: string) => (): string => type;

/** A sticker is a picture, an animation of Telegram's own or a video. */
function stickerType({ is_animated, is_video }: File): string {
  if (is_animated) return 'application/x-tgsticker';
  return is_video ? 'video/webm' : 'image/webp';
}

/**
 * The members of a message or of a block of a rich message that hold a file. The first one counts: beside an animation
 * or a live photo Telegram sets the older member, too.
 */
const kinds: Readonly<Record<string, FileKind>> = {
  animation: { kind: 'video', contentType: always('video/mp4') },
  photo: { kind: 'image', contentType: always('image/jpeg') },
  document: { kind: 'document', contentType: always('application/octet-stream') },
  video: { kind: 'video', contentType: always('video/mp4') },
  video_note: { kind: 'video', contentType: always('video/mp4') },
  audio: { kind: 'audio', contentType: always('audio/mpeg') },
  voice: { kind: 'voice', contentType: always('audio/ogg') },
  voice_note: { kind: 'voice', contentType: always('audio/ogg') },
  sticker: { kind: 'sticker', contentType: stickerType },
};

export function isFileMember(name: string): boolean {
  return Object.hasOwn(kinds, name);
}

/** The file of a message, and what is written beside it. Undefined where a message has none that can be read. */
export function fileIn(
  message: Readonly<Record<string, unknown>>,
): { readonly attachment: ChannelAttachment; readonly emoji?: string | undefined } | undefined {
  for (const [name, { kind, contentType }] of Object.entries(kinds)) {
    const file = fileOf(message[name]);
    if (!file) continue;
    const { file_id, file_name, file_size, mime_type, emoji } = file;
    const attachment: ChannelAttachment = {
      kind,
      contentType: mime_type ?? contentType(file),
      providerReference: file_id,
      state: 'pending',
      ...(file_name === undefined ? {} : { fileName: file_name }),
      ...(file_size === undefined ? {} : { sizeBytes: file_size }),
    };
    return { attachment, emoji };
  }
  return undefined;
}

/** A photo comes in several sizes; the customer sent the largest, which is the last. */
function fileOf(value: unknown): File | undefined {
  if (Array.isArray(value)) return Photo.safeParse(value).data?.at(-1);
  return File.safeParse(value).data;
}
