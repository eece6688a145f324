/**
 * A SHA-256 as Meta writes it, in hex: webhooks have it in base64, the media endpoint in hex. Undefined for any other
 * text.
 */
export function hexHash(sha256: string): string | undefined {
  if (/^[0-9a-f]{64}$/i.test(sha256)) return sha256.toLowerCase();
  return /^[A-Za-z0-9+/]{43}=?$/.test(sha256)
    ? Buffer.from(sha256, 'base64').toString('hex')
    : undefined;
}
