import type { Email } from 'postal-mime';
import type { Account } from '#connectors/email/account';
import { capBytes, cleanLine } from '#connectors/email/clean-text';
import { copyOf } from '#connectors/email/loop-header';
import { splitAddress } from '#connectors/email/mail-address';
import { classOf, type Headers, type MailClass } from '#connectors/email/mail-class';
import { omitEmpty } from '#connectors/email/omit-empty';
import { isOwnMailbox } from '#connectors/email/own-mailbox';
import { isTokenAlias } from '#connectors/email/reply-token';
import type { Receipt } from '#connectors/email/ses-schema';
import type {
  ChannelEvent,
  ChannelMessage,
  Followed,
  SenderStanding,
} from '#shared/connector/channel-event';
import { hashOf, sha256Of } from '#shared/ids';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { readAuthenticity, standingOf } from './authenticity.ts';
import { readAttachments } from './mail-attachments.ts';
import { mailbox, readRecipients, readSender } from './mail-people.ts';
import { type MailText, readText } from './mail-text.ts';
import { readFollows } from './mail-thread.ts';
import { readTime } from './mail-time.ts';
import { bareMessageId } from './message-ids.ts';
import { bodyStart } from './mime-head.ts';
import type { MailPayload } from './payload.ts';
import { isForward } from './quotes/forward-subject.ts';
import { type Stripped, stripQuotes } from './quotes/strip-quotes.ts';
import { type ReadMail, readMime } from './read-mime.ts';

/** An entry of the table holds 400 KB, and the text twice. The raw mail holds the text uncut. */
const maxTextBytes = 120_000;
const maxQuotedBytes = 60_000;
/** The limit of the text that is read; beyond it no quotes are looked for. */
const maxReadBytes = 1_000_000;

/**
 * Reads one mail for one inbox. `raw` is the object SES stored, byte for byte. A mail always becomes a message: one
 * that cannot be parsed is `unsupported` with its subject as text, and one that failed DMARC or a virus scan says so.
 */
export async function parseMail(
  { notification }: MailPayload,
  account: Account,
  raw: Uint8Array,
): Promise<ChannelEvent> {
  const mail = await readMime(raw);
  const headers: Headers = new Map(
    mail.email.headers.toReversed().map(({ key, value }) => [key, value]),
  );
  return messageOf(mail, headers, notification, account, raw);
}

function messageOf(
  mail: ReadMail,
  headers: Headers,
  { mail: envelope, receipt }: MailPayload['notification'],
  account: Account,
  raw: Uint8Array,
): ChannelMessage {
  const { email } = mail;
  const sender = readSender(mail, envelope, account);
  const authenticity = readAuthenticity(receipt, sender.problems);
  const senderStanding = standingOf(authenticity);
  const subject = cleanLine(email.subject ?? '');
  const body = readBody(mail, raw, subject);
  const ownDomain = splitAddress(account.address).domain;
  const automation = automationOf(classOf(email, headers, envelope.source, ownDomain));
  return {
    kind: 'message',
    channel: 'email',
    direction: 'inbound',
    visibility: 'private',
    providerAliases: [envelope.messageId],
    business: mailbox(account.address),
    customer: sender.customer,
    senderStanding,
    ...placeOf(mail, readFollows(email, headers, receipt), senderStanding, raw),
    ...omitEmpty({
      copyOf: isFromUs(email, account) ? copyOf(email, headers) : undefined,
      subject,
      occurredAt: readTime(email.date, envelope.timestamp),
    }),
    ...body.message,
    attachments: readAttachments(body.files, withheldBy(receipt)),
    recipients: readRecipients(email),
    authenticity,
    ...omitEmpty({ automated: automation.automated }),
    metadata: { ...sender.metadata, ...body.metadata, ...automation.metadata },
  };
}

/** A forward at the customer's leaves our From as it is; a stranger's copy that counts as his must not vanish. */
function isFromUs({ from }: Email, account: Account): boolean {
  return isOwnMailbox(from?.address?.toLowerCase() ?? '', account);
}

type Place = Pick<
  ChannelMessage,
  'providerMessageId' | 'deduplicationId' | 'thread' | 'inReplyToProviderMessageId'
>;

function placeOf(
  { email, problem }: ReadMail,
  follows: readonly Followed[],
  standing: SenderStanding,
  raw: Uint8Array,
): Place {
  const id = bareMessageId(email.messageId) ?? `sha256:${sha256Of(raw)}`;
  const answered = follows.find(({ providerMessageId }) => !isTokenAlias(providerMessageId));
  const body = problem === undefined ? bodyMark(email) : sha256Of(raw.subarray(bodyStart(raw)));
  return {
    providerMessageId: id,
    // No Message-ID has this form, because it has no `@`.
    deduplicationId: `mail:${hashOf(id, standing, headMark(email), body)}`,
    thread: { key: id, follows, ...omitEmpty({ subject: cleanLine(email.subject ?? '') }) },
    ...omitEmpty({ inReplyToProviderMessageId: answered?.providerMessageId }),
  };
}

/**
 * A server that sends a mail again keeps its sender, its date and what it says; a mail that only borrows a Message-ID
 * does not, and must not be taken for a duplicate. Nor must a forged copy, should it come before the true mail.
 */
function headMark({ headers, subject, inReplyTo, references }: Email): string {
  const kept = headers.filter(({ key }) => key === 'from' || key === 'date');
  const values = kept.map(({ key, value }) => [key, value]);
  return JSON.stringify([values, subject, inReplyTo, references]);
}

function bodyMark({ text, html, attachments }: Email): string {
  const files = attachments.map(({ content }) =>
    sha256Of(typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)),
  );
  return JSON.stringify([text, html, files]);
}

function automationOf(mailClass: MailClass): {
  readonly automated?: true;
  readonly metadata: OwnMetadata;
} {
  return mailClass === 'human' ? { metadata: {} } : { automated: true, metadata: { mailClass } };
}

/** SES only marks what its scan finds; the files stay in the raw mail and are not handed out. */
function withheldBy({ virusVerdict }: Receipt): string | undefined {
  const infected = virusVerdict?.status.toUpperCase() === 'FAIL';
  return infected ? 'withheld: the virus scan failed' : undefined;
}

interface Body {
  readonly message: Pick<ChannelMessage, 'content' | 'text' | 'quotedText' | 'html' | 'forwarded'>;
  readonly files: Pick<Email, 'attachments'>;
  readonly metadata: OwnMetadata;
}

function readBody({ email, problem }: ReadMail, raw: Uint8Array, subject: string): Body {
  if (problem !== undefined) return unreadBody(problem, subject);
  const read = readText(email, raw);
  const examined = capBytes(read.text, maxReadBytes);
  const stripped = stripQuotes(examined, isForward(subject));
  const text = capBytes(stripped.visible, maxTextBytes);
  const attachments = email.attachments.filter((_, index) => index !== read.fromAttachment);
  const isMedia = text === '' && attachments.length > 0;
  const isCut =
    text.length < stripped.visible.length ||
    examined.length < read.text.length ||
    (email.text ?? '').length > maxReadBytes;
  return {
    message: {
      content: isMedia ? { type: 'media' } : { type: 'text', text },
      text,
      ...sidesOf(read, stripped),
    },
    files: { attachments },
    metadata: isCut ? { truncated: 'text' } : {},
  };
}

/** The members beside the text: the history, the HTML, and if it was forwarded. */
function sidesOf({ html }: MailText, { quoted, forwarded }: Stripped): Partial<Body['message']> {
  return omitEmpty({
    quotedText: quoted && capBytes(quoted, maxQuotedBytes),
    html,
    forwarded: forwarded || undefined,
  });
}

function unreadBody(reason: string, subject: string): Body {
  return {
    message: { content: { type: 'unsupported', providerType: 'mail', reason }, text: subject },
    files: { attachments: [] },
    metadata: {},
  };
}
