import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Tells if `given` is the keyed hash of `bytes`, compared in constant time. Twilio's signatures alone are compared by
 * the provider's own library (connectors/twilio/webhook/signature.ts). An empty secret never matches: a forgotten setting must refuse, not admit (CVE-2026-26319 and its kin).
 */
export function hmacMatches(
  algorithm: 'sha1' | 'sha256',
  secret: string,
  bytes: Uint8Array | string,
  given: Buffer,
): boolean {
  if (secret === '') return false;
  const expected = createHmac(algorithm, secret).update(bytes).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Tells if two secrets are the same text, without telling by time how much of them agrees. Empty never matches. */
export function secretEquals(secret: string, given: string): boolean {
  if (secret === '') return false;
  const key = 'switchboard';
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(secret), digest(given));
}
