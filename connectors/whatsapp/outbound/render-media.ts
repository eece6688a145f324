import { ConnectorError } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import { type MediaContent, mediaKind } from './media-kinds.ts';
import type { Shown } from './send-request.ts';

/**
 * A file as Meta shows it. A web address is fetched by Meta itself and kept for ten minutes; a file in our bucket
 * is handed over first, and its id is put in then. Throws `content_not_supported` for a content type that
 * WhatsApp does not take.
 */
export function renderMedia(content: MediaContent): Shown {
  const { caption, contentType, fileName, providerMediaId, url, voice } = content;
  const kind = mediaKind(contentType);
  if (!kind) {
    throw new ConnectorError('content_not_supported', `WhatsApp does not take ${contentType}`);
  }
  const { type, maxSizeBytes } = kind;
  const isOurs = url?.startsWith('s3://') === true;
  const shown = omitUndefined({
    id: providerMediaId,
    link: isOurs ? undefined : url,
    caption,
    filename: type === 'document' ? fileName : undefined,
    voice: type === 'audio' && voice ? voice : undefined,
  });
  const body = { type, [type]: shown };
  if (!isOurs) return { body };
  return { body, file: { uri: url, contentType, maxSizeBytes, ...omitUndefined({ fileName }) } };
}
