import { limits } from '#connectors/whatsapp/outbound/limits';
import {
  bareContentType,
  contentTypes,
  type MediaContent,
  mediaKind,
} from '#connectors/whatsapp/outbound/media-kinds';
import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import { invalid, tooLong } from './complaints.ts';

/** Checks a file before it is read; its address is checked for every channel alike (shared/command/json-body.ts). */
export function checkMedia(content: MediaContent): ReplyComplaint | undefined {
  const { caption, contentType, fileName, providerMediaId, voice } = content;
  const kind = mediaKind(contentType);
  if (!kind) {
    const allowed = contentTypes.join(', ');
    return unsupported(`contentType is "${contentType}"; WhatsApp takes ${allowed}`);
  }
  const { type } = kind;
  return firstOf([
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
