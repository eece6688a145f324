import type { Followed } from '#shared/connector/thread';

/** The limit of ids, read from the end of References: the newest say most. */
const maxIds = 50;
/** A longer one is noise; it would be stored with every message. */
const longestId = 998;

/**
 * The form of SES's own ids on the wire, `<ID@REGION.amazonses.com>`. AWS does not promise the domain, so only the
 * id counts, and that is what SendEmail returned (protocol sheet: email 6.2).
 */
const sesId =
  /^([0-9a-f]{16}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d{6})@[a-z0-9-]+\.amazonses\.com$/i;

/** A Message-ID without its brackets; nothing when there is none to read. */
export function bareMessageId(value: string | undefined): string | undefined {
  return messageIds(value ?? '')[0];
}

/**
 * The ids that a mail says it answers, the likeliest first: In-Reply-To, then References from the newest back (iOS Mail
 * drops References, Outlook sometimes In-Reply-To). An id of SES's form is named bare and whole: bare it is one of our
 * ids, which only its recipients know; whole it is that of a customer who sends through SES too.
 */
export function followedIds(
  inReplyTo: string | undefined,
  references: string | undefined,
): Followed[] {
  const newestFirst = messageIds(references ?? '').reverse();
  const ids = [...messageIds(inReplyTo ?? ''), ...newestFirst].slice(0, maxIds);
  return [...new Set(ids)].flatMap(readings).slice(0, maxIds);
}

/**
 * The ids of an In-Reply-To or References header in their order: several are allowed, brackets get lost, and some have
 * blanks in them.
 */
function messageIds(value: string): string[] {
  const pieces = value.match(/<[^<>]*>|[^\s<>,;]+/g) ?? [];
  return pieces
    .flatMap((piece) => (piece.startsWith('<') ? idsIn(piece) : unbracketed(piece)))
    .filter(isId);
}

function unbracketed(piece: string): string[] {
  return piece.split(/[<>]+/).filter((word) => word.includes('@'));
}

/** The id in a pair of brackets; several where a program writes them so. */
function idsIn(piece: string): string[] {
  const inner = piece.slice(1, -1);
  const hasMany = inner.indexOf('@') !== inner.lastIndexOf('@');
  if (hasMany) return inner.split(/[\s,;]+/).filter((word) => word.includes('@'));
  return [inner.replace(/\s+/g, '')].filter((id) => id.includes('@') || isWithoutDomain(id));
}

/** `tencent_ABC`: an id as some programs write it. A bare id of SES's, or one with a colon, would be taken for ours. */
function isWithoutDomain(id: string): boolean {
  return /^[^@:]{3,}$/.test(id) && !sesId.test(`${id}@x.amazonses.com`);
}

function isId(id: string): boolean {
  return /^[^@]/.test(id) && id.length <= longestId && /^[\x21-\x7e]+$/.test(id);
}

/** SES's bare id in a Message-ID of its form: that of one of our mails, or of another customer of SES. */
export function ownIdOf(value: string): string | undefined {
  const [id = ''] = messageIds(value);
  return sesId.exec(id)?.[1]?.toLowerCase();
}

function readings(id: string): Followed[] {
  const bare = sesId.exec(id)?.[1]?.toLowerCase();
  const claimed = { providerMessageId: id, proof: 'claimed' } as const;
  return bare === undefined ? [claimed] : [{ providerMessageId: bare, proof: 'secret' }, claimed];
}
