import { type Address, addressParser, type Email } from 'postal-mime';
import type { Account } from '#connectors/email/account';
import { cleanLine } from '#connectors/email/clean-text';
import { readAddress } from '#connectors/email/mail-address';
import { mailbox } from '#connectors/email/mailbox';
import { omitEmpty } from '#connectors/email/omit-empty';
import { isOwnMailbox } from '#connectors/email/own-mailbox';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { Participant } from '#shared/model/participant';

/** The limit of recipients; more are kept in the raw mail only. */
const maxRecipients = 500;
/** SES sends a mail to at most 50 recipients. */
const maxParticipants = 49;
/** RFC 2606: no one can ever own this address. */
const nobody = 'unknown@sender.invalid';

/** A mail address with its display name, empty where there is none. */
export interface Person {
  readonly address: string;
  readonly name: string;
}

/** The plain addresses of a header, groups resolved. */
export function people(addresses: readonly Address[]): Person[] {
  return addresses
    .flatMap((entry) => entry.group ?? [entry])
    .slice(0, maxRecipients)
    .flatMap(({ address, name }) => {
      const plain = readAddress(address ?? '');
      return plain === undefined
        ? []
        : [{ address: plain, name: ownName(cleanLine(name ?? ''), plain) }];
    });
}

/** Outlook writes `'anna@customer.example'` as the name of a person who has none. */
function ownName(name: string, address: string): string {
  return name.replace(/^'(.*)'$/, '$1').toLowerCase() === address ? '' : name;
}

export function readPerson(value: string): Person {
  return { address: readAddress(value) ?? nobody, name: '' };
}

/** The first person that a header names; undefined where it names none. */
export function readPersonIn(header: string): Person | undefined {
  return people(addressParser(header, { flatten: true }))[0];
}

/** All addresses in To and Cc, once each, and those that are in Cc alone. */
export function readRecipients(email: Email): Pick<ChannelMessage, 'recipients' | 'cc'> {
  const addresses = new Set(namedIn(email).map(({ address }) => address));
  const recipients = [...addresses].slice(0, maxRecipients);
  const to = new Set(people(email.to ?? []).map(({ address }) => address));
  const cc = recipients.filter((address) => !to.has(address));
  return {
    recipients: recipients.map(mailbox),
    ...(cc.length > 0 ? { cc: cc.map(mailbox) } : {}),
  };
}

/**
 * The people beside the writers whom a mail brings into its conversation: all others in To and Cc, and in Reply-To. The
 * mailbox and the groups in front of it are no people.
 */
export function readParticipants(
  email: Email,
  replyTo: readonly Person[],
  writers: readonly string[],
  account: Account,
): Participant[] {
  const not = new Set([...writers, ...(account.groupAddresses ?? [])]);
  const others = new Map<string, Participant>();
  for (const { address, name } of [...namedIn(email), ...replyTo]) {
    if (not.has(address) || isOwnMailbox(address, account) || others.has(address)) continue;
    const displayName = nameShowsAddress(name, address) ? '' : name;
    others.set(address, { identity: mailbox(address), ...omitEmpty({ displayName }) });
  }
  return [...others.values()].slice(0, maxParticipants);
}

function namedIn({ to = [], cc = [] }: Email): Person[] {
  return [...people(to), ...people(cc)];
}

/** True for a display name that shows another address than its own. Quotes and brackets around it do not count. */
export function nameShowsAddress(name: string, address: string): boolean {
  const shown = name.split(/\s+/).filter((word) => word.includes('@'));
  return shown.some(
    (word) => readAddress(word.replace(/^[<("'[]+|[>)"'\],;:.]+$/g, '')) !== address,
  );
}
