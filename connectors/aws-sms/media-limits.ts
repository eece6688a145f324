/** Bytes of one file ("MMS file types, size and character limits"), read as the smaller of the two megabytes. */
const imageBytes = 2_000_000;
const otherBytes = 600_000;

/** Each type of file that an MMS of AWS carries, with its largest size in bytes. */
const maxBytes: ReadonlyMap<string, number> = new Map([
  ...['image/gif', 'image/jpeg', 'image/png'].map((type) => [type, imageBytes] as const),
  ...[
    ...['image/tiff', 'audio/3gpp', 'audio/3gpp2', 'audio/amr', 'audio/mp4', 'audio/mpeg'],
    ...['audio/ogg', 'video/3gpp', 'video/3gpp2', 'video/mp4', 'video/quicktime', 'video/webm'],
    ...['text/calendar', 'text/vcard', 'text/x-vcard', 'application/pdf'],
  ].map((type) => [type, otherBytes] as const),
]);

/** The limits as the declaration has them: of all types together. */
export const mediaLimits = { contentTypes: [...maxBytes.keys()], maxSizeBytes: imageBytes };

/** The largest file of a type; undefined for a type that is not carried. */
export function maxBytesOf(contentType: string): number | undefined {
  return maxBytes.get(contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '');
}
