import { cleanLine } from '#connectors/email/clean-text';
import type { DeliveryError } from '#shared/model/delivery-status';

/** The limit of the words of a server that are passed on. */
export const longestDiagnostic = 300;

/** A server's word about one recipient: an enhanced status code (RFC 3463), and its own words. */
export interface Reported {
  readonly status?: string | undefined;
  readonly diagnostic?: string | undefined;
}

const enhanced = /(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)/;
/** A reply code of SMTP at the beginning of the words, or behind the word that announces it. */
const reply = /(?:^|said|error|reply|code|smtp|response|[;:#<([])\W{0,6}([45])[0-7]\d(?![\d.])/i;

/** A full mailbox, a fault of a system, a content or a sender that is refused: no fault of the address. */
const otherFault = /^[45]\.(?:2\.[234]|3\.\d+|6\.\d+|7\.\d+)$/;

/**
 * The status code that tells most: the one given, unless it says no more than its class and the words hold another one
 * of that class (`5.0.0` beside `550 5.1.1`), or the words of the other server tell of a fault that is not the address's
 * (`5.1.1` beside `550 5.7.1 blacklisted`): relays give the first code to whatever is refused.
 */
export function statusOf({ status, diagnostic = '' }: Reported): string | undefined {
  const given = enhanced.exec(status ?? '')?.[0];
  const worded = enhanced.exec(diagnostic)?.[0] ?? undefined;
  if (worded !== undefined && otherFault.test(worded) && !given?.startsWith('2')) return worded;
  if (given !== undefined && !/^\d\.[05]\.0$|^\d\.0\./.test(given)) return given;
  if (worded !== undefined && (given === undefined || worded[0] === given[0])) return worded;
  return given ?? classIn(diagnostic);
}

function classIn(diagnostic: string): string | undefined {
  const first = reply.exec(diagnostic)?.[1];
  return first === undefined ? undefined : `${first}.0.0`;
}

/**
 * Faults of the address itself, for good: no such mailbox or domain (RFC 3463 3.2, 3.5; RFC 7505; 5.1.351 of Exchange
 * Online). A full mailbox, a content that is refused and a sender who is blocked are none: another mail may arrive.
 */
const addressFault = /^5\.(?:1\.(?:1|2|3|6|10|351)|4\.310)$/;
/** Said under codes that tell no more than that it failed for good. */
const unknownUser =
  /\b(?:user|recipient|mailbox|account|address|domain)(?: \S{1,80})? (?:is )?(?:unknown|not found|does ?n.t exist|does not exist|doesn't exist)|\b(?:unknown|no such|nonexistent|non-existent|invalid) (?:local )?(?:user|recipient|mailbox|account|address|domain)\b|\bno mailbox (?:here )?by that name\b|\bmailbox unavailable\b/i;
/** Exchange Online refuses an address that its organisation does not have so. */
const unknownThere = /\brecipient address rejected:? access denied\b/i;
/** The name servers, or the way there, are in trouble: the domain may well be there. */
const nameServerTrouble =
  /malformed|unexpected name server|try again|tempor|timed? ?out|no route|loop|refused/i;
/** The words of a refusal for another reason than the address. */
const otherReason =
  /\b(?:black|block|deny)[- ]?list(?:ed)?\b|\bblocked\b|\bspam\b|\breputation\b|\bover ?quota\b|\bquota exceeded\b|\b(?:mailbox|inbox) (?:is )?full\b|\binsufficient (?:system )?storage\b|\bpolicy\b/i;

/** True where another mail to this address cannot arrive either. */
export function isAddressFault(reported: Reported): boolean {
  const status = statusOf(reported);
  const { diagnostic = '' } = reported;
  if (status === undefined || isOtherFault(reported)) return false;
  if (addressFault.test(status)) return true;
  if (status === '5.4.4') return !nameServerTrouble.test(diagnostic);
  if (status === '5.4.1') return unknownThere.test(diagnostic);
  return /^5\.[05]\.0$/.test(status) && unknownUser.test(diagnostic);
}

/** True where a server says that something else than the address was the reason, by its code or its words. */
export function isOtherFault(reported: Reported): boolean {
  const words = (reported.diagnostic ?? '').replace(/https?:\S+/gi, ' ');
  return otherFault.test(statusOf(reported) ?? '') || otherReason.test(words);
}

/** The failure as helpdesks get it. Without a code it is not known if it is for good: then it is not. */
export function failureOf(reported: Reported): DeliveryError {
  const status = statusOf(reported);
  const isPermanent = status?.startsWith('5') ?? false;
  const words = cleanLine(reported.diagnostic ?? '').slice(0, longestDiagnostic);
  return {
    code: isPermanent ? 'undeliverable' : 'undelivered',
    title: ['bounced', words || status].filter(Boolean).join(': '),
    ...(status === undefined ? {} : { providerCode: status }),
    retryable: !isPermanent,
  };
}

/** The error of a mail that is still under way. Sending it again would send it twice. */
export function delayOf({ status, diagnostic }: Reported, until?: string): DeliveryError {
  const words = cleanLine(diagnostic ?? '').slice(0, longestDiagnostic);
  const limit = until === undefined ? '' : `, until ${cleanLine(until)}`;
  return {
    code: 'delivery_delayed',
    title: `not delivered yet; the servers go on trying${limit}${words && `: ${words}`}`,
    ...(status === undefined ? {} : { providerCode: cleanLine(status) }),
    retryable: false,
  };
}
