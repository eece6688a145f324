import type { Account } from '#connectors/email/account';
import { capCharacters, cleanLine } from '#connectors/email/clean-text';
import { omitEmpty } from '#connectors/email/omit-empty';
import { isOwnMailbox } from '#connectors/email/own-mailbox';
import type {
  OutboundReply,
  Person,
  Recipients,
  ReplyTarget,
} from '#shared/connector/outbound-reply';
import { ConnectorError } from '#shared/errors';
import type { Identity } from '#shared/model/identity';
import { recipient } from './recipient.ts';

/** One address in a header. */
export interface Mailbox {
  readonly address: string;
  readonly name?: string;
}

/** The recipients of one mail, each of them once. */
export interface MailRecipients {
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
}

/** The limit of SES for one mail, To, Cc and Bcc together (SES quotas). */
const maxRecipients = 50;
/** A word of a header without a blank cannot be folded (RFC 5322 2.1.1). */
const longestName = 200;

type Reply = Pick<OutboundReply, 'to' | 'cc' | 'bcc' | 'isAutomatic' | 'isMarketing'>;
type Field = 'to' | 'cc' | 'bcc';

/**
 * Decides who gets a mail. Unless the reply says otherwise, To is the author of what it answers, and all others who take
 * part get a copy; a campaign's mail goes to the customer alone, and a bot's to the author alone (RFC 3834, 4). Recipients that were told already stay. Throws
 * for addresses that SES cannot write to, for too many, and for ourselves.
 */
export function recipientsFor(reply: Reply, target: ReplyTarget, account: Account): MailRecipients {
  const named = namesIn(target);
  const chosen = target.recipients?.to.length
    ? told(target.recipients)
    : decided(reply, target, (field) => givenIn(reply, field, account), account);
  const seen = new Set<string>();
  const once = (addresses: readonly string[]) =>
    addresses.flatMap((address) => {
      if (seen.has(address)) return [];
      seen.add(address);
      return [{ address, ...omitEmpty({ name: named.get(address) }) }];
    });
  const recipients = { to: once(chosen.to), cc: once(chosen.cc), bcc: once(chosen.bcc) };
  if (seen.size > maxRecipients) throw tooMany(seen.size);
  if (reply.isMarketing && seen.size > 1) throw notAlone(seen.size);
  return recipients;
}

/** The same as the canonical message tells them. */
export function identitiesOf({ to, cc, bcc }: MailRecipients): Recipients {
  const all = (mailboxes: readonly Mailbox[]) =>
    mailboxes.map(
      ({ address }): Identity => ({ channel: 'email', kind: 'mailbox', scope: '', address }),
    );
  return { to: all(to), cc: all(cc), bcc: all(bcc) };
}

/** A name as a header can hold it. */
export function headerName(name: string | undefined): string {
  return capCharacters(cleanLine(name ?? ''), longestName);
}

type Addresses = Readonly<Record<Field, readonly string[]>>;

function told({ to, cc, bcc }: Recipients): Addresses {
  const all = (identities: readonly Identity[]) =>
    identities.map(({ address }) => writable(address, `"${address}" cannot be written to`));
  return { to: all(to), cc: all(cc), bcc: all(bcc) };
}

function decided(
  { isAutomatic, isMarketing }: Reply,
  { answeredAuthor, customerIdentities: [customer], copied = [] }: ReplyTarget,
  given: (field: Field) => readonly string[] | undefined,
  account: Account,
): Addresses {
  const answered = answeredAuthor?.identity ?? customer;
  const author = isOwnMailbox(answered.address, account) ? customer : answered;
  const to = given('to') ?? [notOurselves(author.address, account)];
  const copies = () =>
    [customer, ...copied.map(({ identity }) => identity)]
      .filter(({ address }) => !isOwnMailbox(address, account))
      .map(({ address }) => writable(address, `"${address}" takes part (cc: [] leaves them out)`));
  const cc = given('cc') ?? (isMarketing || isAutomatic ? [] : copies());
  return { to, cc, bcc: given('bcc') ?? [] };
}

/** The address that the customer writes from, if it is not our own: what goes there reaches no customer. */
function notOurselves(address: string, account: Account): string {
  const words = `the customer writes from "${address}"`;
  if (!isOwnMailbox(address, account)) return writable(address, words);
  throw new ConnectorError(
    'invalid_recipient',
    `${words}, which is this mailbox; name a recipient with to`,
  );
}

/** The addresses of one field of the reply. Undefined where it leaves the field to us. */
function givenIn(reply: Reply, field: Field, account: Account): readonly string[] | undefined {
  return reply[field]?.map((given) => {
    const words = `${field}: "${given}" cannot be written to`;
    if (/[<>]/.test(given)) throw unwritable(words);
    const address = writable(given, words);
    if (!isOwnMailbox(address, account)) return address;
    const title = `${field}: "${given}" is the mailbox that this mail is sent from; leave it out`;
    throw new ConnectorError('invalid_recipient', title);
  });
}

function writable(address: string, words: string): string {
  const plain = recipient(address);
  if (plain === undefined) throw unwritable(words);
  return plain;
}

function unwritable(words: string): ConnectorError {
  const title = `${words}; allowed: one plain address with an ASCII local part`;
  return new ConnectorError('invalid_recipient', title);
}

function tooMany(count: number): ConnectorError {
  const title = `${count} recipients in to, cc and bcc together; allowed: ${maxRecipients}`;
  return new ConnectorError('limit_exceeded', title);
}

/** Each recipient of a campaign needs a link of their own to unsubscribe. */
function notAlone(count: number): ConnectorError {
  const title = `${count} recipients; a reply with purpose "marketing" has one, and neither cc nor bcc`;
  return new ConnectorError('invalid_reply', title);
}

function namesIn(target: ReplyTarget): ReadonlyMap<string, string> {
  const { customerIdentities, customerName, answeredAuthor, copied = [] } = target;
  const customer = { identity: customerIdentities[0], ...omitEmpty({ displayName: customerName }) };
  const people: readonly Person[] = [
    ...copied,
    ...(answeredAuthor ? [answeredAuthor] : []),
    customer,
  ];
  return new Map(
    people.map(({ identity: { address }, displayName }) => [
      recipient(address) ?? address,
      headerName(displayName),
    ]),
  );
}
