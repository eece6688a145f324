import { addressParser } from 'postal-mime';
import type { Headers } from '#connectors/email/headers';

/** The names of mail servers as senders: the local part without its punctuation. */
const daemon =
  /^(?:mailerdaemon|maildaemon|mdaemon|maildelivery(?:sub)?(?:system|service)|internetmaildelivery)$/;
const postmaster =
  /^(?:postmaster|postoffice|systemadministrator|mailadmin(?:istrator)?|mailerror|bounces?)$/;

/** The certainty that a sender is a mail server. */
export type Daemon = 'surely' | 'maybe' | undefined;

/** Reads a From header as it is: `MAILER-DAEMON <>` and `Postmaster` alone have no address, as no person writes. */
export function daemonOf(header: string | undefined): Daemon {
  if (header === undefined) return undefined;
  const { name, local, hasAddress } = senderIn(header);
  const names = [local, ...(hasAddress ? [] : [name])].map(plain);
  if (names.some((each) => daemon.test(each))) return 'surely';
  const hasName = daemon.test(plain(name)) || postmaster.test(plain(name)) || /<\s*>/.test(header);
  return hasName || names.some((each) => postmaster.test(each)) ? 'maybe' : undefined;
}

/** True for the display name of a mail server beside an address of another name. */
export function isNamedDaemon(header: string | undefined): boolean {
  return daemon.test(plain(senderIn(header ?? '').name));
}

/** RFC 5321 6.1: a report of a server has no return path; some name themselves there. */
export function isFromServer(headers: Headers, isNull: boolean): boolean {
  const named = [headers.get('return-path'), headers.get('sender')];
  return isNull || named.some((each) => daemonOf(each) === 'surely');
}

const robot =
  /^(?:.*[-_.+])?(?:(?:no|not|donot|do-not)[-_.]?reply|(?:smtp|mail)[-_.]?(?:service|server|gateway)|gateways?|feedback(?:loop)?|fbl|abuse|complaints?|staff)(?:[-_.+].*)?$/;

/** True for the sender of a program, which takes no answers. A form that a person filled in names that person in Reply-To. */
export function isRobot(headers: Headers): boolean {
  const { local } = senderIn(headers.get('from') ?? '');
  return robot.test(local.toLowerCase()) && !headers.has('reply-to');
}

function senderIn(header: string) {
  const [{ name = '', address = '' } = {}] = addressParser(header, { flatten: true });
  const hasAddress = address.includes('@');
  return { name, hasAddress, local: hasAddress ? address.slice(0, address.indexOf('@')) : address };
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z]+/g, '');
