const megabyte = 1024 * 1024;

/** Media types that may be uploaded, in the order of Meta's own refusal (business-phone-numbers/media). */
const contentTypes = [
  'audio/aac',
  'audio/mp4',
  'audio/mpeg',
  'audio/amr',
  'audio/ogg',
  'audio/opus',
  'application/vnd.ms-powerpoint',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/pdf',
  'text/plain',
  'application/vnd.ms-excel',
  'image/jpeg',
  'image/png',
  'image/webp',
  'video/mp4',
  'video/3gpp',
];

/** Bytes by the family of the type; stickers (webp) up to 500 KB, and only when they move. */
function maxBytes(contentType: string): number {
  if (contentType === 'image/webp') return 500 * 1024;
  if (contentType.startsWith('image/')) return 5 * megabyte;
  return /^(audio|video)\//.test(contentType) ? 16 * megabyte : 100 * megabyte;
}

/** Meta's sentence against a file it does not take; undefined for one it takes. */
export function fileRefusal(contentType: string, size: number): string | undefined {
  const plain = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!contentTypes.includes(plain)) {
    return (
      `Param file must be a file with one of the following types: ${contentTypes.join(', ')}. ` +
      `Received file of type '${plain || 'application/octet-stream'}'.`
    );
  }
  const max = maxBytes(plain);
  return size > max ? `Param file must be a file with a size of at most ${max} bytes.` : undefined;
}
