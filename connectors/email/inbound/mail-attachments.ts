import { createHash } from 'node:crypto';
import type { Email, Attachment as MimePart } from 'postal-mime';
import { cleanLine } from '#connectors/email/clean-text';
import type { ChannelMessage } from '#shared/connector/channel-event';

type Attachment = ChannelMessage['attachments'][number];

/** A mail with more attachments is an attack on the software that lists them. */
const maxAttachments = 500;
const longestFileName = 255;

/** Names that mean a device on Windows, with or without an extension. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The files of a mail, in its order. `withheld` names why their bytes must not be handed out (a virus). */
export function readAttachments(
  email: Pick<Email, 'attachments'>,
  withheld: string | undefined,
): Attachment[] {
  return email.attachments
    .slice(0, maxAttachments)
    .map((part, index) => readAttachment(part, index, withheld));
}

function readAttachment(part: MimePart, index: number, withheld: string | undefined): Attachment {
  const bytes = bytesOf(part.content);
  const fileName = cleanFileName(part.filename ?? '');
  const contentId = cleanLine(part.contentId ?? '').replace(/^<|>$/g, '');
  return {
    kind: kindOf(part.mimeType),
    contentType: cleanLine(part.mimeType) || 'application/octet-stream',
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    // The number of the part in the raw mail, counted from 1 in the parser's order.
    providerReference: `part:${index + 1}`,
    ...(fileName === '' ? {} : { fileName }),
    ...(contentId === '' ? {} : { contentId }),
    ...(withheld === undefined ? { state: 'pending' } : { state: 'failed', error: withheld }),
  };
}

/** The bytes of an attachment, not copied: `new Uint8Array` copies what is one already. */
export function bytesOf(content: MimePart['content']): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof ArrayBuffer ? new Uint8Array(content) : content;
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
  return safe.slice(0, longestFileName);
}

function trimEnding(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return name.slice(0, end);
}
