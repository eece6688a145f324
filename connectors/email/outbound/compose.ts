import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { Attachment } from 'nodemailer/lib/mailer/index.js';
import { cleanLine } from '#connectors/email/clean-text';
import { splitAddress } from '#connectors/email/mail-address';
import { replyToken, tokenAddress, tokenMessageId } from '#connectors/email/reply-token';
import type { MailFile } from './mail-files.ts';
import { mailHeaders } from './mail-headers.ts';
import type { Mailbox } from './recipients.ts';
import type { MailRequest } from './render.ts';
import { wireId } from './wire-id.ts';

/** The values that composing needs beside the mail itself. */
export interface Composing {
  readonly messageId: string;
  readonly replyDomain: string | undefined;
  readonly replyTokenKey: string;
  /** SES's region: its own message ids are named after it on the wire. */
  readonly region: string;
  /** The seal of the mail (loop-header.ts). */
  readonly seal: string;
  /** Our webhook of the account, beside which the address to unsubscribe at is. */
  readonly publicUrl: string;
  /** The bytes of each of its files. */
  readonly bytes: readonly Uint8Array[];
}

/**
 * The mail as MIME (CRLF, folded, encoded; nodemailer does that right and lets no header in through a field, while
 * mimetext wrote a real Bcc). Every field is cleaned before, so that nothing encodes a line end either.
 */
export async function composeMail(mail: MailRequest, composing: Composing): Promise<Buffer> {
  const { address } = mail.from;
  const token = replyToken(mail.conversationId, address, composing.replyTokenKey);
  const onWire = (id: string) => wireId(id, composing.region);
  const references = mail.references.flatMap(onWire);
  const inReplyTo = mail.inReplyTo === undefined ? undefined : onWire(mail.inReplyTo)[0];
  const composer = new MailComposer({
    from: person(mail.from),
    to: mail.to.map(person),
    cc: mail.cc.map(person),
    replyTo: person({
      ...mail.from,
      address: tokenAddress(address, composing.replyDomain, token),
    }),
    subject: cleanLine(mail.subject),
    messageId: `<${composing.messageId}@${splitAddress(address).domain}>`,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    // Our own id first: it names the conversation, and the last one is the message answered (RFC 5322 3.6.4).
    references: [`<${tokenMessageId(token, address)}>`, ...references],
    text: mail.text,
    html: mail.html,
    attachments: mail.files.map((file, index) => attachment(file, composing.bytes[index])),
    headers: mailHeaders(mail, composing),
    // A text that needs no encoding is passed through with the line ends it has; SMTP knows only CRLF.
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const node = composer.compile();
  return node.build();
}

function person({ address, name }: Mailbox): { address: string; name: string } {
  return { address, name: cleanLine(name ?? '') };
}

/** Always base64, so that the file arrives byte for byte. */
function attachment(
  { fileName, contentType, contentId }: MailFile,
  bytes: Uint8Array | undefined,
): Attachment {
  if (bytes === undefined) throw new Error('a file of the mail was not read');
  return {
    filename: fileName,
    contentType,
    content: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    contentTransferEncoding: 'base64',
    contentDisposition: contentId === undefined ? 'attachment' : 'inline',
    ...(contentId === undefined ? {} : { cid: contentId }),
  };
}
