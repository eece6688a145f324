import { addressParser } from 'postal-mime';
import type { Account } from '#connectors/email/account';
import type { Headers } from '#connectors/email/headers';
import type { ReadMail } from '#connectors/email/inbound/read-mime';
import { mailbox } from '#connectors/email/mailbox';
import { omitEmpty } from '#connectors/email/omit-empty';
import { isOwnMailbox } from '#connectors/email/own-mailbox';
import type { Received } from '#connectors/email/ses-schema';
import type { ChannelMessage, Customer, SenderStanding } from '#shared/connector/channel-event';
import type { Authenticity } from '#shared/model/message';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { readAuthenticity, type SenderProblem, standingOf } from './authenticity.ts';
import { disagrees, type FromAddress, type FromProblem, readFrom } from './from-header.ts';
import { warningsOf } from './look-alike.ts';
import { nameShowsAddress, type Person, people, readPerson } from './mail-people.ts';
import { isFromList, passedOnFor } from './rewritten-from.ts';

/** The customer of a mail, and how far the mail can be believed to come from that address. */
export interface Sender extends Pick<ChannelMessage, 'customer' | 'sentFrom'> {
  readonly authenticity: Authenticity;
  readonly standing: SenderStanding;
  /** True when the address in From is certain: the people it names beside itself may take part. */
  readonly isCertain: boolean;
  readonly metadata: OwnMetadata;
}

/** The person that a mail names as its writer, where that is not the From address. */
interface Named {
  readonly person: Person;
  readonly problem: Extract<SenderProblem, 'reply_to' | 'rewritten' | 'own_group'> | undefined;
}

/**
 * Reads the sender. The customer is the person to whom an answer goes: the Reply-To, else the From address. No check
 * vouches for a Reply-To: by the sender's word alone it is a contact apart (docs/channels/email.md, "To whom an answer
 * goes"). A group or list that sends mail on in its own name tells its writer. Sender and Resent-From say nothing.
 */
export function readSender(
  mail: ReadMail,
  headers: Headers,
  { mail: envelope, receipt }: Pick<Received, 'mail' | 'receipt'>,
  account: Account,
): Sender {
  const { from, named } = fromOf(mail, envelope);
  const isOwn = isOwnMailbox(named.address, account);
  const fromProblem = 'problem' in from ? from.problem : undefined;
  const ownProblem = isOwn ? 'own_mailbox' : undefined;
  const ofFrom = readAuthenticity(receipt, present([fromProblem, ownProblem]));
  const isCertain = ofFrom.level === 'verified';
  const { person: customer, problem } = customerOf(mail, headers, named, { account, isCertain });
  const authenticity = readAuthenticity(receipt, present([fromProblem, ownProblem, problem]));
  const warnings = [...new Set([named, customer].flatMap((each) => warningsOf(each, account)))];
  const inItsName = {
    customer: customerFrom(named),
    authenticity: { ...ofFrom, ...(warnings.length > 0 ? { warnings } : {}) },
    metadata: { replyTo: customer.address },
  };
  const identity = mailbox(named.address);
  const sentFrom = { identity, standing: standingOf(ofFrom), inItsName };
  const isForm = problem === 'reply_to' && !fromProblem && !isOwn;
  return {
    customer: customerFrom(customer),
    ...(isForm ? { sentFrom } : {}),
    authenticity: { ...authenticity, ...(warnings.length > 0 ? { warnings } : {}) },
    standing: standingOf(authenticity),
    isCertain,
    metadata: metadataOf(customer, named, replyToOf(mail, account)[0], fromProblem),
  };
}

function customerFrom({ address, name }: Person): Customer {
  return { identities: [mailbox(address)], ...omitEmpty({ displayName: name }) };
}

function present<Item>(items: readonly (Item | undefined)[]): Item[] {
  return items.filter((each) => each !== undefined);
}

function fromOf(
  { email, fromHeaders }: ReadMail,
  { source, commonHeaders }: Received['mail'],
): { readonly from: FromAddress; readonly named: Person } {
  const values = email.headers.filter(({ key }) => key === 'from').map(({ value }) => value);
  const listed = people(values.flatMap((value) => addressParser(value, { flatten: true })));
  const isOne = Math.max(values.length, fromHeaders) < 2;
  const read: FromAddress = isOne ? readFrom(values) : { problem: 'several' };
  const from = agreed(read, listed, commonHeaders?.from);
  return { from, named: listed[0] ?? readPerson(source ?? '') };
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

/** The addresses in Reply-To; ours is none, because an answer would go to ourselves. */
export function replyToOf({ email }: ReadMail, account: Account): Person[] {
  return people(email.replyTo ?? []).filter(({ address }) => !isOwnMailbox(address, account));
}

function customerOf(
  mail: ReadMail,
  headers: Headers,
  named: Person,
  { account, isCertain }: { readonly account: Account; readonly isCertain: boolean },
): Named {
  const replyTo = replyToOf(mail, account);
  const writer = passedOnFor(mail.email, headers, named, replyTo[0]);
  if (writer && !isOwnMailbox(writer.address, account)) {
    // A Reply-To is the writer's own choice; only the group itself writes the other headers.
    const isTold = headers.has('x-original-from') || headers.has('x-original-sender');
    const isOurs = isCertain && isTold && account.groupAddresses?.includes(named.address);
    return { person: writer, problem: isOurs ? 'own_group' : 'rewritten' };
  }
  const [first] = replyTo;
  const isSame = replyTo.some(({ address }) => address === named.address);
  if (!first || isSame || isFromList(headers, mail.email, first)) {
    return { person: named, problem: undefined };
  }
  // Mail in our own name has its reason already.
  const isOwn = isOwnMailbox(named.address, account);
  return { person: first, problem: isOwn ? undefined : 'reply_to' };
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
    nameHoldsAddress: nameShowsAddress(name, address) ? 'true' : undefined,
  });
}
