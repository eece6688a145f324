import { createHash } from 'node:crypto';
import type { Email, Attachment as MimePart } from 'postal-mime';
import { capBytes, capCharacters, cleanLine } from '#connectors/email/clean-text';
import { readPart } from '#connectors/email/inbound/html/html-tags';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { isCalendar, readCalendar } from './mail-calendar.ts';

type Attachment = ChannelMessage['attachments'][number];

/** A mail with more attachments is an attack on the software that lists them. */
const maxAttachments = 500;
const longestFileName = 255;
/** Names and content ids of all files together: they stand in the message's entry, beside its text. */
const maxNameBytes = 60_000;
/** Mail programs attach an invitation twice: as a part of the body, and as a file. */
const maxCalendars = 3;

/** Names that mean a device on Windows, with or without an extension. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The data of a mail that its attachments are read with. */
interface Beside {
  /** The reason why their bytes must not be handed out (a virus). */
  readonly withheld?: string | undefined;
  readonly html?: string | undefined;
  /** The charsets that the files declare, in their order. */
  readonly charsets?: readonly (string | undefined)[] | undefined;
}

/** Reads the files of a mail, in its order, with their bytes unless these are withheld. */
export function readAttachments(
  { attachments }: Pick<Email, 'attachments'>,
  { withheld, html = '', charsets = [] }: Beside,
): Attachment[] {
  const parts = attachments.slice(0, maxAttachments);
  const shown = shownIn(html);
  const maxBytes = Math.floor(maxNameBytes / parts.length);
  const files = parts.map((part, index) => {
    const file = readAttachment(part, index, maxBytes);
    return shown.has(file.contentId ?? '') ? { ...file, inline: true } : file;
  });
  if (withheld !== undefined) {
    return files.map(({ bytes: _, ...file }) => ({ ...file, state: 'failed', error: withheld }));
  }
  return withCalendars(files, charsets);
}

/** Adds the events that the first calendar files tell of. */
function withCalendars(
  files: readonly Attachment[],
  charsets: readonly (string | undefined)[],
): Attachment[] {
  let read = 0;
  return files.map((file, index) => {
    const { contentType, fileName = '', bytes } = file;
    if (!bytes || read >= maxCalendars || !isCalendar(contentType, fileName)) return file;
    read += 1;
    const calendar = readCalendar(bytes, charsets[index]);
    return calendar ? { ...file, calendar } : file;
  });
}

/** The content ids that the HTML shows, decoded as addresses are (RFC 2392). */
function shownIn(html: string): Set<string> {
  return new Set(
    [...readPart(html).matchAll(/\bcid:([^"'\s<>)]+)/gi)].map(([, id = '']) => {
      try {
        return decodeURIComponent(id);
      } catch {
        return id;
      }
    }),
  );
}

function readAttachment(part: MimePart, index: number, maxBytes: number): Attachment {
  const bytes = bytesOf(part.content);
  const fileName = capName(cleanFileName(part.filename ?? ''), Math.floor((maxBytes * 2) / 3));
  const contentId = cleanLine(part.contentId ?? '').replace(/^<|>$/g, '');
  const isShort = Buffer.byteLength(contentId) <= Math.max(maxBytes / 3, 40);
  return {
    kind: kindOf(part.mimeType),
    contentType: cleanType(part.mimeType),
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    // The number of the part in the raw mail, counted from 1 in the parser's order.
    providerReference: `part:${index + 1}`,
    ...(fileName === '' ? {} : { fileName }),
    ...(contentId === '' || !isShort ? {} : { contentId }),
    state: 'pending',
    bytes,
  };
}

/** The bytes of an attachment, not copied: `new Uint8Array` copies what is one already. */
export function bytesOf(content: MimePart['content']): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof ArrayBuffer ? new Uint8Array(content) : content;
}

/** Types and subtypes have at most 127 letters each (RFC 6838, 4.2). */
function cleanType(mimeType: string): string {
  const type = cleanLine(mimeType);
  return type === '' || type.length > 255 ? 'application/octet-stream' : type;
}

function kindOf(contentType: string): Attachment['kind'] {
  const [type] = contentType.split('/', 1);
  if (type === 'image' || type === 'video' || type === 'audio') return type;
  return contentType.startsWith('message/') ? 'other' : 'document';
}

/**
 * A name that is only a name: no path, no control or direction characters, no trailing dots or blanks, no device of
 * Windows. Empty when nothing is left.
 */
export function cleanFileName(name: string): string {
  const last = cleanLine(name).split(/[/\\]/).at(-1) ?? '';
  const bare = trimEnding(last.replace(/[<>:"|?*]/g, '_').trim());
  const safe = deviceName.test(bare) ? `_${bare}` : bare;
  return capLetters(safe);
}

/** Cuts a name that is too long before its extension, which says how to open it. */
function capLetters(name: string): string {
  if (name.length <= longestFileName) return name;
  const extension = extensionOf(name);
  return `${capCharacters(name, longestFileName - extension.length)}${extension}`;
}

function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
}

function capName(name: string, maxBytes: number): string {
  if (Buffer.byteLength(name) <= maxBytes) return name;
  const extension = extensionOf(name);
  return `${capBytes(name, maxBytes - extension.length)}${extension}`;
}

function trimEnding(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return name.slice(0, end);
}
