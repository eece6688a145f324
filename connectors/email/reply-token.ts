import { createHmac } from 'node:crypto';
import { derivedId } from '#shared/ids';
import { splitAddress } from './mail-address.ts';

/** 16 letters of base32 are 80 bits. */
const letters = 16;
/** RFC 5321 4.5.3.1.1. */
const longestLocalPart = 64;

const aliasPrefix = 'ref:';

const tokenLocalPart = /(?:^|\+)r\.([a-z2-7]{16}\.[a-z2-7]{16})$/;

/**
 * The token of a conversation: `<ref>.<mac>`, lower-case base32, because local parts get lower-cased on their way. The
 * reference is derived from the conversation; the keyed hash makes it unguessable. It is stored as an alias when it is
 * sent, so finding it stored verifies it, and a change of the key breaks no old mail.
 */
export function replyToken(conversationId: string, address: string, key: string): string {
  const ref = short('ref', conversationId);
  const mac = createHmac('sha256', key).update(`${address}|${ref}`).digest('hex');
  return `${ref}.${short('mac', mac)}`;
}

/** The alias of a token: the sender registers it, and a reply with the token follows it. */
export function tokenAlias(token: string): string {
  return `${aliasPrefix}${token}`;
}

export function isTokenAlias(id: string): boolean {
  return id.startsWith(aliasPrefix);
}

/** `<local>+r.<token>@<domain>`; the plain address where that would be too long for a local part. */
export function tokenAddress(
  address: string,
  replyDomain: string | undefined,
  token: string,
): string {
  const { local, domain } = splitAddress(address);
  const labelled = `${local}+r.${token}`;
  if (labelled.length > longestLocalPart) return `${local}@${replyDomain ?? domain}`;
  return `${labelled}@${replyDomain ?? domain}`;
}

/** The same token as a message id for References, which SES leaves alone while it replaces Message-ID. */
export function tokenMessageId(token: string, address: string): string {
  return `r.${token}@${splitAddress(address).domain}`;
}

/** The token in one of our reply addresses or reference ids; nothing where there is none. */
export function tokenIn(addressOrId: string): string | undefined {
  return tokenLocalPart.exec(splitAddress(addressOrId.toLowerCase()).local)?.[1];
}

function short(prefix: string, text: string): string {
  return derivedId(prefix, text).slice(prefix.length + 1, prefix.length + 1 + letters);
}
