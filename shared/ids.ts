import { createHash } from 'node:crypto';

/** RFC 4648 base32 in lower case: survives mail addresses, URLs, SES tags and case-folding systems. */
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const idLength = 26;

/** SHA-256 of the parts as hex; the parts are kept apart by their lengths, so no two lists look alike. */
export function hashOf(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex');
}

/**
 * An id derived from what it names, so that a repeated delivery after a crash names the same thing again.
 * 26 letters are 130 bits of SHA-256.
 */
export function derivedId(prefix: string, ...parts: readonly string[]): string {
  const bytes = Buffer.from(hashOf(...parts), 'hex');
  let bits = 0;
  let value = 0;
  let text = '';
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5 && text.length < idLength) {
      text += alphabet[(value >>> (bits - 5)) & 31];
      bits -= 5;
    }
    value &= (1 << bits) - 1;
  }
  return `${prefix}_${text}`;
}

/** A message is an entry of a conversation, and its id says which: no index is needed to find it again. */
export function messageIdOf(conversationId: string, sequence: number): string {
  return `msg_${conversationId.slice(conversationId.indexOf('_') + 1)}_${sequence}`;
}

/** Where a message id points; undefined for what is not an id of ours. */
export function entryOfMessageId(
  messageId: string,
): { conversationId: string; sequence: number } | undefined {
  const match = /^msg_([a-z2-7]{26})_([1-9]\d{0,14})$/.exec(messageId);
  if (!match?.[1] || !match[2]) return undefined;
  return { conversationId: `cnv_${match[1]}`, sequence: Number(match[2]) };
}
