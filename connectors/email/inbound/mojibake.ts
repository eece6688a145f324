/** The bytes that windows-1252 reads these letters from: 0x80–0x9f are where it differs from Unicode. */
const byteOf = new Map(
  [
    ...new TextDecoder('windows-1252').decode(
      Uint8Array.from({ length: 32 }, (_, index) => 0x80 + index),
    ),
  ].map((letter, index) => [letter, 0x80 + index]),
);

/**
 * Mends UTF-8 that was read as windows-1252 because its charset was missing, unknown or wrong: when every letter
 * has a windows-1252 byte and the bytes are valid UTF-8, they were UTF-8. Latin text almost never is by chance.
 */
export function mendMojibake(text: string): string {
  if (!/[\u00c2-\u00f4]/.test(text)) return text;
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const byte = byteOf.get(text[index] ?? '') ?? text.charCodeAt(index);
    if (byte > 0xff) return text;
    bytes[index] = byte;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return text;
  }
}
