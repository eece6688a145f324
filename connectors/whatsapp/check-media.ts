import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import { invalid, tooLong } from './complaints.ts';
import { limits } from './limits.ts';
import { bareContentType, contentTypes, type MediaContent, mediaKind } from './media-kinds.ts';

/** What may be said of a file before it is read. */
export function checkMedia(content: MediaContent): ReplyComplaint | undefined {
  const { caption, contentType, fileName, providerMediaId, url, voice } = content;
  const kind = mediaKind(contentType);
  if (!kind) {
    const allowed = contentTypes.join(', ');
    return unsupported(`contentType is "${contentType}"; WhatsApp takes ${allowed}`);
  }
  const { type } = kind;
  return firstOf([
    checkScheme(url),
    checkMediaId(providerMediaId),
    type === 'document' ? checkFileName(fileName) : undefined,
    caption !== undefined && (type === 'audio' || type === 'sticker')
      ? unsupported(`caption is given, and WhatsApp shows none with content of type ${type}`)
      : tooLong('caption', caption, limits.caption),
    voice && bareContentType(contentType) !== 'audio/ogg'
      ? unsupported(`voice is given with "${contentType}"; WhatsApp's voice messages are audio/ogg`)
      : undefined,
  ]);
}

/** Meta fetches what is on the web; what is in our bucket is handed over. */
function checkScheme(url: string | undefined): ReplyComplaint | undefined {
  if (url === undefined || /^https:\/\//i.test(url) || url.startsWith('s3://')) return undefined;
  return invalid(`url begins with ${url.slice(0, url.indexOf(':') + 1)}; allowed: https:, s3:`);
}

function checkMediaId(id: string | undefined): ReplyComplaint | undefined {
  if (id === undefined || /^\d{1,32}$/.test(id)) return undefined;
  return invalid(`providerMediaId is "${id.slice(0, 40)}"; Meta's ids are digits`);
}

/** Only a document shows its name. */
function checkFileName(fileName: string | undefined): ReplyComplaint | undefined {
  if (fileName === '') return invalid('fileName is empty');
  return tooLong('fileName', fileName, limits.fileName);
}

function unsupported(title: string): ReplyComplaint {
  return { code: 'content_not_supported', title };
}
