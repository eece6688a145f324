import type { Email } from 'postal-mime';
import type { Headers } from '#connectors/email/headers';
import { bounceIn } from './bounce-signs.ts';
import { returnedHead } from './returned-mail.ts';
import { daemonOf, isFromServer, isRobot } from './senders.ts';

/** A report that a mail is, or that it may be. */
export interface Report {
  readonly kind: 'bounce' | 'complaint' | 'read_receipt';
  /**
   * True when no person writes so. A report that is only likely counts where it returns one of our mails; else it is a
   * message like others.
   */
  readonly isSure: boolean;
}

export interface Circumstances {
  readonly isNull: boolean;
  readonly saysAutomatic: boolean;
}

const kinds = [
  ['complaint', 'feedback-report', /^message\/feedback-report$/],
  ['read_receipt', 'disposition-notification', /^message\/(?:global-)?disposition-notification$/],
  ['bounce', 'delivery-status', /^message\/(?:global-)?delivery-status$/],
] as const;

/**
 * Finds the report that a mail is. A person may attach one to a mail of their own: it is the mail's own where the whole
 * mail is of that type, or where a server sent it (some rewrite the type of the whole).
 */
export function reportIn(
  email: Email,
  headers: Headers,
  circumstances: Circumstances,
): Report | undefined {
  const attached = reportInParts(email, headers, circumstances);
  if (attached) return attached;
  if (isPlainComplaint(email)) return { kind: 'complaint', isSure: isRobot(headers) };
  const certainty = bounceIn(email, headers, circumstances);
  return certainty && { kind: 'bounce', isSure: certainty === 'sure' };
}

function reportInParts(
  email: Email,
  headers: Headers,
  circumstances: Circumstances,
): Report | undefined {
  const root = headers.get('content-type')?.trim().toLowerCase() ?? '';
  const types = email.attachments.map(({ mimeType }) => mimeType);
  const said = kinds.find(([, name]) => root.includes(name));
  const attached = kinds.find(([, , part]) => types.some(isOf(part)));
  const [kind] = (isReport(root) ? said : undefined) ?? attached ?? [];
  if (kind === undefined) return undefined;
  if (isReport(root) || isOfServer(headers, circumstances)) return { kind, isSure: true };
  // A machine's is told from a person's by the mail it returns.
  const isOfMachine = isRobot(headers) || daemonOf(headers.get('from')) !== undefined;
  return isOfMachine ? { kind, isSure: false } : undefined;
}

const isOf = (part: RegExp) => (type: string) => part.test(type);

function isReport(root: string): boolean {
  return /^(?:multipart\/report\b|message\/(?:global-)?(?:delivery-status|disposition-notification|feedback-report))/.test(
    root,
  );
}

function isOfServer(headers: Headers, { isNull, saysAutomatic }: Circumstances): boolean {
  return (
    daemonOf(headers.get('from')) === 'surely' || (isFromServer(headers, isNull) && !saysAutomatic)
  );
}

/** The complaints of Outlook.com are no feedback reports: a subject of their own, and the mail with a header that they add. */
function isPlainComplaint(email: Email): boolean {
  if (!/^\s*complaint about message from /i.test(email.subject ?? '')) return false;
  return returnedHead(email).some(([name]) => name === 'x-hmxmroriginalrecipient');
}
