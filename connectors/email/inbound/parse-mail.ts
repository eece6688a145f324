import type { Email } from 'postal-mime';
import type { Account } from '#connectors/email/account';
import { cleanLine } from '#connectors/email/clean-text';
import type { Headers } from '#connectors/email/headers';
import { copyOf } from '#connectors/email/loop-header';
import { splitAddress } from '#connectors/email/mail-address';
import { mailbox } from '#connectors/email/mailbox';
import { omitEmpty } from '#connectors/email/omit-empty';
import { isOwnMailbox } from '#connectors/email/own-mailbox';
import type { Receipt } from '#connectors/email/ses-schema';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { readAttachments } from './files/mail-attachments.ts';
import { readMachineMail } from './machine/machine-mail.ts';
import { classOf, type MailClass } from './machine/mail-class.ts';
import { type Body, readBody, withInvitation } from './mail-body.ts';
import { placeOf } from './mail-place.ts';
import { readFollows } from './mail-thread.ts';
import { readTime } from './mail-time.ts';
import type { MailPayload } from './payload.ts';
import { readParticipants, readRecipients } from './people/mail-people.ts';
import { readSender, replyToOf, type Sender } from './people/mail-sender.ts';
import { type ReadMail, readMime } from './read-mime.ts';

/**
 * Reads one mail for one inbox. `raw` is the object SES stored, byte for byte. A report about a mail that we sent changes
 * that mail. Every other mail becomes a message: one that cannot be parsed is `unsupported` with its subject as text, and
 * one that failed DMARC or a virus scan says so. `released`: a person wants to see it.
 */
export async function parseMail(
  { notification }: MailPayload,
  account: Account,
  raw: Uint8Array,
  released = false,
): Promise<ChannelEvent[]> {
  const mail = await readMime(raw);
  const headers: Headers = new Map(
    mail.email.headers.toReversed().map(({ key, value }) => [key, value]),
  );
  const ownDomain = splitAddress(account.address).domain;
  const classified = classOf(mail.email, headers, notification.mail.source, ownDomain);
  const { mailClass, report } = classified;
  const message = messageOf(mail, headers, notification, account, raw);
  const { senderStanding: standing = 'unknown', occurredAt } = message;
  const reading = { email: mail.email, headers, account, standing, released };
  return (
    readMachineMail({ ...reading, ...omitEmpty({ occurredAt, report }) }) ?? [
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
  const attachments = readAttachments(body.files, {
    ...{ withheld: withheldBy(receipt), html, charsets: mail.charsets },
  });
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
    metadata: {
      ...sender.metadata,
      ...body.metadata,
      ...omitEmpty({ truncated: cutOf(body, attachments.length) }),
    },
  };
}

/** Tells what of a mail was left out: the end of its text, its last files, or both. */
function cutOf({ metadata, files }: Body, kept: number): string {
  const { truncated = '' } = metadata;
  if (files.attachments.length <= kept) return truncated;
  return truncated === '' ? 'files' : `${truncated}, files`;
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
