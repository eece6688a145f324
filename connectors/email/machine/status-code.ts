import { cleanLine } from '#connectors/email/clean-text';
import type { DeliveryError } from '#shared/model/delivery-status';

/** The limit of the words of a server that are passed on. */
export const longestDiagnostic = 300;

/** What a server says of one recipient: an enhanced status code (RFC 3463), and its own words. */
export interface Reported {
  readonly status?: string | undefined;
  readonly diagnostic?: string | undefined;
}

const enhanced = /(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)/;
/** A reply code of SMTP at the beginning of the words, or behind the word that announces it. */
const reply = /(?:^|said|error|reply|code|smtp|response|[;:#<([])\W{0,6}([45])[0-7]\d(?![\d.])/i;

/**
 * The status code that tells most: the one given, unless it says no more than its class and the words hold another one
 * of that class (`5.0.0` beside `550 5.1.1`).
 */
export function statusOf({ status, diagnostic = '' }: Reported): string | undefined {
  const given = enhanced.exec(status ?? '')?.[0];
  const worded = enhanced.exec(diagnostic)?.[0] ?? undefined;
  if (given !== undefined && !/^\d\.[05]\.0$|^\d\.0\./.test(given)) return given;
  if (worded !== undefined && (given === undefined || worded[0] === given[0])) return worded;
  return given ?? classIn(diagnostic);
}

function classIn(diagnostic: string): string | undefined {
  const first = reply.exec(diagnostic)?.[1];
  return first === undefined ? undefined : `${first}.0.0`;
}

/**
 * Faults of the address itself, for good: no such mailbox or domain (RFC 3463 3.2, 3.5; RFC 7505). A full mailbox, a
 * content that is refused and a sender who is blocked are none: another mail may arrive.
 */
const addressFault = /^5\.(?:1\.(?:1|2|3|6|10)|4\.(?:4|310))$/;
/** Said under codes that tell no more than that it failed for good. */
const unknownUser =
  /\b(?:user|recipient|mailbox|account|address)(?: \S{1,80})? (?:is )?(?:unknown|not found|does ?n.t exist|does not exist|doesn't exist)|\b(?:unknown|no such|nonexistent|non-existent|invalid) (?:local )?(?:user|recipient|mailbox|account|address)\b/i;

export function isAddressFault(reported: Reported): boolean {
  const status = statusOf(reported);
  if (status === undefined) return false;
  if (addressFault.test(status)) return true;
  return /^5\.[05]\.0$/.test(status) && unknownUser.test(reported.diagnostic ?? '');
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
