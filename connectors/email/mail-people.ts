import { type Address, addressParser, type Email } from 'postal-mime';
import type { Customer } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';
import type { Account } from './account.ts';
import { cleanLine } from './clean-text.ts';
import { readAddress } from './mail-address.ts';
import { isOwnMailbox } from './own-mailbox.ts';
import { present } from './present.ts';

/** More recipients than this are kept in the raw mail only. */
const mostRecipients = 500;
/** RFC 2606: can never be somebody's. */
const nobody = 'unknown@sender.invalid';

export interface Sender {
  readonly customer: Customer;
  /** Whether there was exactly one readable From address, and it is the customer's. */
  readonly oneFrom: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Person {
  readonly address: string;
  readonly name: string;
}

/**
 * Who writes. The customer is the From address; Reply-To is told beside it, because anyone can name anyone there.
 * A contact form that writes in our own name is the exception: then the customer is the Reply-To, unverified.
 */
export function readSender(
  email: Email,
  envelopeFrom: string | undefined,
  account: Account,
): Sender {
  const from = peopleOf(
    email.headers.filter(({ key }) => key === 'from').map(({ value }) => value),
  );
  const replyTo = people(email.replyTo ?? [])[0];
  const named = from.valid[0] ?? readPerson(envelopeFrom ?? '');
  const isForm = replyTo !== undefined && isOwnMailbox(named.address, account);
  const { address, name } = isForm ? replyTo : named;
  const problem = fromProblem(from);
  return {
    customer: { identities: [mailbox(address)], ...present({ displayName: name }) },
    oneFrom: problem === undefined && !isForm,
    metadata: present({
      fromProblem: problem,
      replyTo: replyTo?.address === address ? undefined : replyTo?.address,
      sentBy: isForm ? named.address : undefined,
      // `"boss@acme.example" <x@evil.example>`: what a person reads is not who writes.
      nameHoldsAddress: namesAnother(name, address) ? 'true' : undefined,
    }) as Record<string, string>,
  };
}

function namesAnother(name: string, address: string): boolean {
  return name.includes('@') && name.toLowerCase() !== address;
}

/** Everybody in To and Cc, once each. */
export function readRecipients(email: Email): Identity[] {
  const all = [...people(email.to ?? []), ...people(email.cc ?? [])];
  const addresses = new Set(all.map(({ address }) => address));
  return [...addresses].slice(0, mostRecipients).map(mailbox);
}

export function mailbox(address: string): Identity {
  return { channel: 'email', kind: 'mailbox', scope: '', address };
}

function peopleOf(values: readonly string[]): { readonly valid: Person[]; readonly count: number } {
  const entries = values.flatMap((value) => addressParser(value, { flatten: true }));
  return { valid: people(entries), count: entries.length };
}

function fromProblem({ valid, count }: ReturnType<typeof peopleOf>): string | undefined {
  if (count === 0) return 'missing';
  if (valid.length === 0) return 'malformed';
  return count > 1 ? 'several' : undefined;
}

function people(addresses: readonly Address[]): Person[] {
  return addresses
    .flatMap((entry) => entry.group ?? [entry])
    .slice(0, mostRecipients)
    .flatMap(({ address, name }) => {
      const plain = readAddress(address ?? '');
      return plain === undefined ? [] : [{ address: plain, name: cleanLine(name ?? '') }];
    });
}

function readPerson(value: string): Person {
  return { address: readAddress(value) ?? nobody, name: '' };
}
