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

/** SHA-256 of a text or of bytes as hex. */
export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * An id derived from the thing it names, so that a repeated delivery after a crash names the same thing again. 26
 * characters are 130 bits of SHA-256.
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

/**
 * A number in an id, and the generation it was counted in. A table that was restored to an earlier point counts the
 * same numbers again, for other messages: its generation is one higher then. 0 is not written.
 */
export function countedIn(number: number, generation = 0): string {
  return generation === 0 ? String(number) : `${number}_${generation}`;
}

/** The numbers that distinguish the entries of one conversation. */
interface Counted {
  readonly sequence: number;
  readonly generation?: number | undefined;
}

/** A message is an entry of a conversation, and its id says which: no index is needed to find it again. */
export function messageIdOf(conversationId: string, { sequence, generation }: Counted): string {
  const conversation = conversationId.slice(conversationId.indexOf('_') + 1);
  return `msg_${conversation}_${countedIn(sequence, generation)}`;
}

/** The entry that a message id points at. */
export interface NamedEntry {
  readonly conversationId: string;
  readonly sequence: number;
  readonly generation: number;
}

/** Reads a message id; undefined for a text that is none. */
export function entryOfMessageId(messageId: string): NamedEntry | undefined {
  const match = /^msg_([a-z2-7]{26})_([1-9]\d{0,14})(?:_([1-9]\d{0,5}))?$/.exec(messageId);
  if (!match?.[1] || !match[2]) return undefined;
  const [, conversation, sequence, generation = 0] = match;
  return {
    conversationId: `cnv_${conversation}`,
    sequence: Number(sequence),
    generation: Number(generation),
  };
}

/** Tells whether an entry is the one that was named, and not another one with the same number (countedIn). */
export function isNamed(named: Pick<NamedEntry, 'generation'>, entry: Omit<Counted, 'sequence'>) {
  return (entry.generation ?? 0) === named.generation;
}
