import type { ChannelMessage } from '#shared/connector/channel-event';
import { filled } from './payload.ts';

type ChannelAttachment = ChannelMessage['attachments'][number];
type Fields = ReadonlyMap<string, string>;

/** Twilio sends ten at most ("NumMedia"); a number far above that is not one to believe. */
const maxAttachments = 100;

/** By the family of the content type; a contact card (text/vcard) is a document like any other file. */
const kinds: ReadonlyMap<string, ChannelAttachment['kind']> = new Map([
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['application', 'document'],
  ['text', 'document'],
]);

/**
 * The files of a message. `NumMedia` says how many, and an address beyond that number counts too; `MediaUrl0` and the
 * following are Twilio's own, to be fetched later with the account's credentials. One whose address is missing is told
 * as failed, not left out. The name of a document is that of the first.
 */
export function readAttachments(fields: Fields): readonly ChannelAttachment[] {
  const name = documentName(fields);
  return Array.from({ length: countOf(fields) }, (_, index) => {
    const url = filled(fields, `MediaUrl${index}`);
    const contentType = filled(fields, `MediaContentType${index}`) ?? 'application/octet-stream';
    const kind = kindOf(contentType, filled(fields, 'MessageType'));
    const file = { kind, contentType, ...(index === 0 && name ? { fileName: name } : {}) };
    return url
      ? { ...file, providerReference: url, state: 'pending' }
      : { ...file, state: 'failed', error: `no MediaUrl${index} was given` };
  });
}

/**
 * The name of a document's file. WhatsApp documents that were sent without a word have it as their `Body`: one line
 * that ends in the extension of a file, which has a letter ("version 2.0" is no name).
 */
export function documentName(fields: Fields): string | undefined {
  if (filled(fields, 'MessageType')?.toLowerCase() !== 'document') return undefined;
  const body = (fields.get('Body') ?? '').trim();
  return /^[^\r\n\u2028\u2029]+\.(?=\d*[a-z])[a-z\d]{1,8}$/i.test(body) ? body : undefined;
}

function countOf(fields: Fields): number {
  const told = Number(fields.get('NumMedia') ?? 0);
  let count = Number.isInteger(told) ? Math.min(Math.max(told, 0), maxAttachments) : 0;
  while (count < maxAttachments && filled(fields, `MediaUrl${count}`)) count += 1;
  return count;
}

function kindOf(contentType: string, messageType = ''): ChannelAttachment['kind'] {
  if (messageType.toLowerCase() === 'sticker') return 'sticker';
  return kinds.get(contentType.split('/', 1)[0]?.toLowerCase() ?? '') ?? 'other';
}
