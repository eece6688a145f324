import type { ChannelAttachment } from '#shared/connector/channel-event';
import { omitUndefined } from '#shared/json';
import { File, Photo } from './payload.ts';

/**
 * The members of a message or of a block of a rich message that hold a file. The first one counts: beside an animation
 * or a live photo Telegram sets the older member, too. The type counts where Telegram names none.
 */
const kinds: Readonly<Record<string, readonly [ChannelAttachment['kind'], string]>> = {
  animation: ['video', 'video/mp4'],
  photo: ['image', 'image/jpeg'],
  document: ['document', 'application/octet-stream'],
  video: ['video', 'video/mp4'],
  video_note: ['video', 'video/mp4'],
  audio: ['audio', 'audio/mpeg'],
  voice: ['voice', 'audio/ogg'],
  voice_note: ['voice', 'audio/ogg'],
  sticker: ['sticker', 'image/webp'],
};

export function isFileMember(name: string): boolean {
  return Object.hasOwn(kinds, name);
}

/** The file of a message, and what is written beside it. Undefined where a message has none that can be read. */
export function fileIn(
  message: Readonly<Record<string, unknown>>,
): { readonly attachment: ChannelAttachment; readonly emoji?: string | undefined } | undefined {
  for (const [name, [kind, contentType]] of Object.entries(kinds)) {
    const file = fileOf(message[name]);
    if (!file) continue;
    const { file_id, file_name, file_size, mime_type, emoji } = file;
    const attachment: ChannelAttachment = {
      kind,
      contentType: mime_type ?? stickerType(file) ?? contentType,
      providerReference: file_id,
      state: 'pending',
      ...omitUndefined({ fileName: file_name, sizeBytes: file_size }),
    };
    return { attachment, emoji };
  }
  return undefined;
}

/** A sticker is a picture, an animation of Telegram's own or a video. */
function stickerType({ is_animated, is_video }: File): string | undefined {
  if (is_animated) return 'application/x-tgsticker';
  return is_video ? 'video/webm' : undefined;
}

/** A photo comes in several sizes; the customer sent the largest, which is the last. */
function fileOf(value: unknown): File | undefined {
  if (Array.isArray(value)) return Photo.safeParse(value).data?.at(-1);
  return File.safeParse(value).data;
}
