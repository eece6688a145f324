import { MediaBody } from '#connectors/whatsapp/payload';
import type { ChannelAttachment } from '#shared/connector/channel-event';
import type { JsonObject } from '#shared/json';
import { omitUndefined } from '#shared/json';
import type { ReadContent } from './read-content.ts';
import { hexHash } from './sha256.ts';

/**
 * A file. It is fetched later by its media id, which lives 7 days; the `url` in the webhook (since November 2025)
 * lives 5 minutes, is tried first and never stored. Without the object (code 131052: over 100 MB, or a failed upload)
 * the message still arrives, with an attachment that has failed.
 */
export function readMedia(
  type: 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker',
  message: JsonObject,
): ReadContent | undefined {
  const read = MediaBody.safeParse(message[type] ?? {});
  if (!read.success) return undefined;
  const { id, mime_type, sha256, caption, filename, voice, url } = read.data;
  const attachment: ChannelAttachment = omitUndefined({
    kind: type === 'audio' && voice === true ? 'voice' : type,
    // May carry a parameter: `audio/ogg; codecs=opus`.
    contentType: mime_type ?? 'application/octet-stream',
    fileName: filename,
    sha256: sha256 === undefined ? undefined : hexHash(sha256),
    providerReference: id,
    downloadUrl: id === undefined ? undefined : url,
    state: id === undefined ? ('failed' as const) : ('pending' as const),
    error: id === undefined ? 'the provider named no file' : undefined,
  });
  return {
    content: omitUndefined({ type: 'media' as const, caption }),
    text: caption ?? '',
    attachments: [attachment],
  };
}
