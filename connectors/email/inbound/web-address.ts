/** Longer addresses are no use to a reader, and are left out. */
const longestAddress = 2000;

/** The address as a browser would ask for it, in one piece; undefined for one that is not on the web, or too long. */
export function webAddress(written: string): string | undefined {
  if (written.length > longestAddress) return undefined;
  // Browsers drop control characters; format characters could make a reader see another address.
  const address = written
    .trim()
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\s/gu, '%20');
  const whole = address.startsWith('//') ? `https:${address}` : address;
  return /^https?:\/\/./i.test(whole) ? whole : undefined;
}
