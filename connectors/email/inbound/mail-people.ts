import { type Address, addressParser, type Email } from 'postal-mime';
import type { Account } from '#connectors/email/account';
import { cleanLine } from '#connectors/email/clean-text';
import { readAddress } from '#connectors/email/mail-address';
import { omitEmpty } from '#connectors/email/omit-empty';
import { isOwnMailbox } from '#connectors/email/own-mailbox';
import type { SesMail } from '#connectors/email/ses-schema';
import type { Customer } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { disagrees, type FromAddress, type FromProblem, readFrom } from './from-header.ts';
import type { ReadMail } from './read-mime.ts';

/** The limit of recipients; more are kept in the raw mail only. */
const maxRecipients = 500;
/** RFC 2606: no one can ever own this address. */
const nobody = 'unknown@sender.invalid';

/** The reasons why no check of SES can vouch for the customer's address. */
export type SenderProblem = FromProblem | 'own_mailbox';

export interface Sender {
  readonly customer: Customer;
  /** Empty when the customer's address is the one From address. */
  readonly problems: readonly SenderProblem[];
  readonly metadata: OwnMetadata;
}

interface Person {
  readonly address: string;
  readonly name: string;
}

/**
 * Reads the sender. The customer is the From address; Reply-To is told beside it, because anyone can name anyone there.
 * Mail in our own name (a contact form) is the exception: then the customer is the Reply-To, by the word of the form
 * only. Sender and Resent-From say nothing.
 */
export function readSender(
  { email, fromHeaders }: ReadMail,
  { source, commonHeaders }: SesMail,
  account: Account,
): Sender {
  const values = email.headers.filter(({ key }) => key === 'from').map(({ value }) => value);
  const listed = people(values.flatMap((value) => addressParser(value, { flatten: true })));
  const isOne = Math.max(values.length, fromHeaders) < 2;
  const read: FromAddress = isOne ? readFrom(values) : { problem: 'several' };
  const from = agreed(read, listed, commonHeaders?.from);
  const named = listed[0] ?? readPerson(source ?? '');
  const replyTo = people(email.replyTo ?? [])[0];
  const isOwn = isOwnMailbox(named.address, account);
  const customer = isOwn && replyTo ? replyTo : named;
  const problem = 'problem' in from ? from.problem : undefined;
  return {
    customer: {
      identities: [mailbox(customer.address)],
      ...omitEmpty({ displayName: customer.name }),
    },
    problems: [...(problem ? [problem] : []), ...(isOwn ? (['own_mailbox'] as const) : [])],
    metadata: metadataOf(customer, named, replyTo, problem),
  };
}

function metadataOf(
  { address, name }: Person,
  named: Person,
  replyTo: Person | undefined,
  fromProblem: FromProblem | undefined,
): OwnMetadata {
  return omitEmpty({
    fromProblem,
    replyTo: replyTo?.address === address ? undefined : replyTo?.address,
    sentBy: named.address === address ? undefined : named.address,
    // `"boss@acme.example" <x@evil.example>`: the name that a person reads is not the sender.
    nameHoldsAddress: namesAnother(name, address) ? 'true' : undefined,
  });
}

/** One sender only where our strict reading, the parser's and SES's are the same. */
function agreed(
  from: FromAddress,
  [first]: readonly Person[],
  readBySes: readonly string[] | undefined,
): FromAddress {
  if ('problem' in from) return from;
  const isSame = first?.address === from.address && !disagrees(from.address, readBySes);
  return isSame ? from : { problem: 'ambiguous' };
}

function namesAnother(name: string, address: string): boolean {
  return name.includes('@') && name.toLowerCase() !== address;
}

/** All addresses in To and Cc, once each. */
export function readRecipients(email: Email): Identity[] {
  const all = [...people(email.to ?? []), ...people(email.cc ?? [])];
  const addresses = new Set(all.map(({ address }) => address));
  return [...addresses].slice(0, maxRecipients).map(mailbox);
}

export function mailbox(address: string): Identity {
  return { channel: 'email', kind: 'mailbox', scope: '', address };
}

function people(addresses: readonly Address[]): Person[] {
  return addresses
    .flatMap((entry) => entry.group ?? [entry])
    .slice(0, maxRecipients)
    .flatMap(({ address, name }) => {
      const plain = readAddress(address ?? '');
      return plain === undefined ? [] : [{ address: plain, name: cleanLine(name ?? '') }];
    });
}

function readPerson(value: string): Person {
  return { address: readAddress(value) ?? nobody, name: '' };
}
