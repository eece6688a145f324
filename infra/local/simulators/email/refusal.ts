import type { Email } from 'postal-mime';
import { place } from '#infra/local/place';
import { addressOf, domainOf, isBelow } from './address.ts';
import type { RefusedMail } from './mail.ts';
import { blockedExtensions, singleHeaders } from './ses-lists.ts';

/** The state of the AWS account, as far as it decides what SES takes. */
export interface Policy {
  /** The verified identities; every address may send when absent. */
  readonly verifiedDomains?: readonly string[];
  /** A new account: the recipients have to be verified, too. */
  readonly sandbox?: boolean;
}

interface Sending {
  readonly from: string;
  readonly recipients: readonly string[];
}

const maxRecipients = 50;
/** SESv2's limit, of the mail as it is sent. */
const maxBytes = 40 * 1024 * 1024;

export function sizeProblem({ length }: Buffer): string | undefined {
  return length > maxBytes
    ? `Message length is more than ${maxBytes} bytes long: '${length}'.`
    : undefined;
}

/** The refusal of SES for a mail that it, or the next server, would not take. */
export function problemOf(
  mail: Email,
  raw: Buffer,
  sending: Sending,
  policy: Policy,
): RefusedMail | undefined {
  const reason =
    headProblem(raw) ??
    headerProblem(mail, sending) ??
    recipientProblem(sending) ??
    fileProblem(mail);
  if (reason) return { refused: 'BadRequestException', reason };
  const unverified = unverifiedOf(mail, sending, policy);
  if (unverified.length === 0) return undefined;
  const which = `The following identities failed the check in region ${place.region.toUpperCase()}: ${unverified.join(', ')}`;
  return { refused: 'MessageRejected', reason: `Email address is not verified. ${which}` };
}

function headProblem(raw: Buffer): string | undefined {
  const head = raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? '';
  if (/(?<!\r)\n|\r(?!\n)/.test(head)) return 'Header contains a bare CR or LF.';
  if (head.split('\r\n').some((line) => line.length > 998)) return 'Header line is too long.';
  return undefined;
}

/**
 * SES takes a Bcc header away. One with an address outside the request's `Destination` is refused here, although SES
 * would only drop it: our own code writes none, so it was smuggled in.
 */
function headerProblem(mail: Email, { recipients }: Sending): string | undefined {
  const names = mail.headers.map(({ key }) => key);
  const doubled = [...singleHeaders, 'to'].find(
    (name) => names.filter((each) => each === name).length > 1,
  );
  if (doubled) return `Duplicate header '${doubled}'.`;
  if (!mail.from?.address) return "Missing required header 'From'.";
  if (recipients.length === 0) return 'Missing final recipient.';
  const hidden = (mail.bcc ?? []).map(({ address = '' }) => addressOf(address));
  return hidden.every((each) => recipients.includes(each))
    ? undefined
    : "Header 'Bcc' is not expected.";
}

function recipientProblem({ from, recipients }: Sending): string | undefined {
  if (recipients.length > maxRecipients) return `Recipient count exceeds ${maxRecipients}.`;
  return [from, ...recipients].map(addressProblem).find((problem) => problem !== undefined);
}

/** SES speaks no SMTPUTF8: local parts are ASCII, and domains are in punycode. */
function addressProblem(address: string): string | undefined {
  const [, local = '', domain = ''] = /^(.+)@([^@]+)$/s.exec(address) ?? [];
  if (local === '') return "Missing final '@domain'.";
  if (/[^\x21-\x7e]/.test(local)) return 'Local address contains control or whitespace.';
  if (/[^\x21-\x7e]/.test(domain)) return 'Domain contains control or whitespace.';
  return local.length > 64 ? 'Local address is too long.' : undefined;
}

function fileProblem({ attachments }: Email): string | undefined {
  const blocked = attachments.find(({ filename }) => {
    const [, extension = ''] = /\.([^.]+)$/.exec(filename ?? '') ?? [];
    return blockedExtensions.has(extension.trim().toLowerCase());
  });
  return blocked && `Illegal filename '${blocked.filename}'.`;
}

function unverifiedOf(mail: Email, { from, recipients }: Sending, policy: Policy): string[] {
  const { verifiedDomains, sandbox = false } = policy;
  if (verifiedDomains === undefined) return [];
  const checked = [from, addressOf(mail.from?.address ?? ''), ...(sandbox ? recipients : [])];
  const domains = [...verifiedDomains, 'simulator.amazonses.com'];
  return [...new Set(checked)].filter((address) => !isBelow(domainOf(address), domains));
}
