import type { Email } from 'postal-mime';
import type { Account } from '#connectors/email/account';
import { capBytes, cleanLine } from '#connectors/email/clean-text';
import { copyOf } from '#connectors/email/loop-header';
import { readMachineMail } from '#connectors/email/machine/machine-mail';
import { classOf, type Headers, type MailClass } from '#connectors/email/machine/mail-class';
import { splitAddress } from '#connectors/email/mail-address';
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
import { invitationText } from './invitation-text.ts';
import { bytesOf, readAttachments } from './mail-attachments.ts';
import { mailbox, readParticipants, readRecipients } from './mail-people.ts';
import { readSender, replyToOf, type Sender } from './mail-sender.ts';
import { type MailText, readText } from './mail-text.ts';
import { readFollows } from './mail-thread.ts';
import { readTime } from './mail-time.ts';
import { bareMessageId } from './message-ids.ts';
import { bodyStart } from './mime-head.ts';
import type { MailPayload } from './payload.ts';
import { isForward } from './quotes/forward-subject.ts';
import { type Stripped, stripQuotes } from './quotes/strip-quotes.ts';
import { type ReadMail, readMime } from './read-mime.ts';
import { readRemoteImages } from './remote-images.ts';
import { sanitizeMailHtml } from './safe-html.ts';

/** An entry of the table holds 400 KB, and the text twice. The raw mail holds the text uncut. */
const maxTextBytes = 120_000;
const maxQuotedBytes = 60_000;
/** The limit of the text that is read; beyond it no quotes are looked for. */
const maxReadBytes = 1_000_000;

/**
 * Reads one mail for one inbox. `raw` is the object SES stored, byte for byte. A report about a mail that we sent changes
 * that mail. Every other mail becomes a message: one that cannot be parsed is `unsupported` with its subject as text, and
 * one that failed DMARC or a virus scan says so.
 */
export async function parseMail(
  { notification }: MailPayload,
  account: Account,
  raw: Uint8Array,
): Promise<ChannelEvent[]> {
  const mail = await readMime(raw);
  const headers: Headers = new Map(
    mail.email.headers.toReversed().map(({ key, value }) => [key, value]),
  );
  const ownDomain = splitAddress(account.address).domain;
  const mailClass = classOf(mail.email, headers, notification.mail.source, ownDomain);
  const message = messageOf(mail, headers, notification, account, raw);
  const { senderStanding: standing = 'unknown', occurredAt } = message;
  const reading = { email: mail.email, headers, mailClass, account, standing };
  return (
    readMachineMail({ ...reading, ...omitEmpty({ occurredAt }) }) ?? [
      { ...personal(message, mailClass), ...automationOf(mailClass, message.metadata) },
    ]
  );
}

/** The readers of a list take no part in a conversation. */
function personal(message: ChannelMessage, mailClass: MailClass): ChannelMessage {
  if (mailClass !== 'list' && mailClass !== 'bulk') return message;
  const { participants: _, ...alone } = message;
  return alone;
}

function messageOf(
  mail: ReadMail,
  headers: Headers,
  { mail: envelope, receipt }: MailPayload['notification'],
  account: Account,
  raw: Uint8Array,
): ChannelMessage {
  const { email } = mail;
  const sender = readSender(mail, headers, { mail: envelope, receipt }, account);
  const { customer, authenticity, standing: senderStanding, sentFrom } = sender;
  const subject = cleanLine(email.subject ?? '');
  const body = readBody(mail, raw, subject);
  const { originalHtml: html } = body.message;
  const attachments = readAttachments(body.files, { withheld: withheldBy(receipt), html });
  return {
    kind: 'message',
    channel: 'email',
    direction: 'inbound',
    visibility: 'private',
    providerAliases: [envelope.messageId],
    business: mailbox(account.address),
    customer,
    ...(sentFrom ? { sentFrom } : {}),
    ...participantsOf(mail, sender, account),
    senderStanding,
    ...placeOf(mail, readFollows(email, headers, receipt), senderStanding, raw),
    ...omitEmpty({
      copyOf: isFromUs(email, account) ? copyOf(email, headers) : undefined,
      subject,
      occurredAt: readTime(email.date, envelope.timestamp),
    }),
    ...withInvitation(body.message, attachments),
    attachments,
    ...readRecipients(email),
    authenticity,
    metadata: { ...sender.metadata, ...body.metadata },
  };
}

/** Only a certain sender brings people in. */
function participantsOf(
  mail: ReadMail,
  { customer, isCertain, sentFrom }: Sender,
  account: Account,
): Pick<ChannelMessage, 'participants'> {
  if (!isCertain) return {};
  const writers = [...customer.identities, ...(sentFrom ? [sentFrom.identity] : [])];
  const addresses = writers.map(({ address }) => address);
  const others = readParticipants(mail.email, replyToOf(mail, account), addresses, account);
  return others.length > 0 ? { participants: others } : {};
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
  { email, problem, cut }: ReadMail,
  follows: readonly Followed[],
  standing: SenderStanding,
  raw: Uint8Array,
): Place {
  const id = bareMessageId(email.messageId) ?? `sha256:${sha256Of(raw)}`;
  const answered = follows.find(({ providerMessageId }) => !isTokenAlias(providerMessageId));
  const isWhole = problem === undefined && !cut;
  const body = isWhole ? bodyMark(email) : sha256Of(raw.subarray(bodyStart(raw)));
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
  const files = attachments.map(({ content }) => sha256Of(bytesOf(content)));
  return JSON.stringify([text, html, files]);
}

function automationOf(
  mailClass: MailClass,
  metadata: OwnMetadata = {},
): Pick<ChannelMessage, 'automated' | 'metadata'> {
  return mailClass === 'human' ? {} : { automated: true, metadata: { ...metadata, mailClass } };
}

/** SES only marks what its scan finds; the files stay in the raw mail and are not handed out. */
function withheldBy({ virusVerdict }: Receipt): string | undefined {
  const infected = virusVerdict?.status.toUpperCase() === 'FAIL';
  return infected ? 'withheld: the virus scan failed' : undefined;
}

type HtmlMembers = 'originalHtml' | 'sanitizedHtml' | 'remoteImages';

interface Body {
  readonly message: Pick<
    ChannelMessage,
    HtmlMembers | 'content' | 'text' | 'quotedText' | 'forwarded'
  >;
  readonly files: Pick<Email, 'attachments'>;
  readonly metadata: OwnMetadata;
}

function readBody({ email, problem, cut }: ReadMail, raw: Uint8Array, subject: string): Body {
  if (problem !== undefined) return unreadBody(problem, subject);
  const read = readText(email, raw);
  const stripped = stripQuotes(capBytes(read.text, maxReadBytes), isForward(subject));
  const text = capBytes(stripped.visible, maxTextBytes);
  const attachments = email.attachments.filter((_, index) => index !== read.fromAttachment);
  const isMedia = text === '' && attachments.length > 0;
  return {
    message: {
      content: isMedia ? { type: 'media' } : { type: 'text', text },
      text,
      ...sidesOf(cut ? { text: read.text } : read, stripped),
    },
    files: { attachments },
    metadata: cut || text.length < stripped.visible.length ? { truncated: 'text' } : {},
  };
}

/** A mail that has no text, but an invitation, says what the invitation says. */
function withInvitation(
  message: Body['message'],
  attachments: ChannelMessage['attachments'],
): Body['message'] {
  const event = attachments.find(({ calendar }) => calendar)?.calendar;
  if (message.content.type !== 'media' || !event) return message;
  const text = invitationText(event);
  return { ...message, content: { type: 'text', text }, text };
}

/** The members beside the text: the history, the HTML, and if it was forwarded. */
function sidesOf({ html }: MailText, { quoted, forwarded }: Stripped): Partial<Body['message']> {
  return omitEmpty({
    quotedText: quoted && capBytes(quoted, maxQuotedBytes),
    ...(html === undefined ? {} : htmlMembers(html)),
    forwarded: forwarded || undefined,
  });
}

function htmlMembers(originalHtml: string): Pick<Body['message'], HtmlMembers> {
  const remoteImages = readRemoteImages(originalHtml);
  const sanitizedHtml = sanitizeMailHtml(originalHtml);
  return { originalHtml, sanitizedHtml, ...(remoteImages.length > 0 ? { remoteImages } : {}) };
}

function unreadBody(reason: string, subject: string): Body {
  return {
    message: { content: { type: 'unsupported', providerType: 'mail', reason }, text: subject },
    files: { attachments: [] },
    metadata: {},
  };
}
