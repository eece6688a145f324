import type { Attachment } from '#shared/model/attachment';
import { type JsonObject, present } from './json-values.ts';
import { MediaBody } from './payload.ts';
import type { ReadContent } from './read-content.ts';

/**
 * A file. It is fetched later by its media id, which lives 7 days; the `url` in the webhook lives 5 minutes and is
 * not kept. Without the object (code 131052: over 100 MB, or a failed upload) the message still arrives, with an
 * attachment that has failed.
 */
export function readMedia(
  type: 'image' | 'video' | 'audio' | 'voice' | 'document' | 'sticker',
  message: JsonObject,
): ReadContent | undefined {
  const read = MediaBody.safeParse(message[type] ?? {});
  if (!read.success) return undefined;
  const { id, mime_type, sha256, caption, filename, voice } = read.data;
  const attachment: Omit<Attachment, 'id'> = present({
    kind: type === 'audio' && voice === true ? 'voice' : type,
    // May carry a parameter: `audio/ogg; codecs=opus`.
    contentType: mime_type ?? 'application/octet-stream',
    fileName: filename,
    sha256: sha256 === undefined ? undefined : hexOf(sha256),
    providerReference: id,
    state: id === undefined ? ('failed' as const) : ('pending' as const),
    error: id === undefined ? 'the provider named no file' : undefined,
  });
  return {
    content: present({ type: 'media' as const, caption }),
    text: caption ?? '',
    attachments: [attachment],
  };
}

/** Webhooks have the hash in base64, the media endpoint in hex. */
function hexOf(sha256: string): string | undefined {
  if (/^[0-9a-f]{64}$/i.test(sha256)) return sha256.toLowerCase();
  return /^[A-Za-z0-9+/]{43}=?$/.test(sha256)
    ? Buffer.from(sha256, 'base64').toString('hex')
    : undefined;
}
