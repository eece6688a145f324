import type { Email } from 'postal-mime';
import { capBytes } from '#connectors/email/clean-text';
import { omitEmpty } from '#connectors/email/omit-empty';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { invitationText } from './files/invitation-text.ts';
import { readRemoteImages } from './html/remote-images.ts';
import { sanitizeMailHtml } from './html/safe-html.ts';
import { type MailText, readText } from './mail-text.ts';
import { isForward } from './quotes/forward-subject.ts';
import { type Stripped, stripQuotes } from './quotes/strip-quotes.ts';
import type { ReadMail } from './read-mime.ts';

/** An entry of the table holds 400 KB, and the text twice. The raw mail holds the text uncut. */
const maxTextBytes = 120_000;
const maxQuotedBytes = 60_000;
/** The limit of the text that is read; beyond it no quotes are looked for. */
const maxReadBytes = 1_000_000;

type HtmlMembers = 'originalHtml' | 'sanitizedHtml' | 'remoteImages';

/** The content of a mail, its files, and what is told of them. */
export interface Body {
  readonly message: Pick<
    ChannelMessage,
    HtmlMembers | 'content' | 'text' | 'quotedText' | 'forwarded'
  >;
  readonly files: Pick<Email, 'attachments'>;
  readonly metadata: OwnMetadata;
}

/** Reads the body of a mail; one that could not be parsed is `unsupported` with its subject as text. */
export function readBody(
  { email, problem, cut }: ReadMail,
  raw: Uint8Array,
  subject: string,
): Body {
  if (problem !== undefined) return unreadBody(problem, subject);
  const read = readText(email, raw);
  const examined = capBytes(read.text, maxReadBytes);
  const stripped = stripQuotes(examined, isForward(subject));
  const text = capBytes(stripped.visible, maxTextBytes);
  const { attachments } = email;
  const isMedia = text === '' && attachments.length > 0;
  const isCut =
    text.length < stripped.visible.length ||
    examined.length < read.text.length ||
    (email.text ?? '').length > maxReadBytes;
  return {
    message: {
      content: isMedia ? { type: 'media' } : { type: 'text', text },
      text,
      ...sidesOf(cut ? { text: read.text } : read, stripped),
    },
    files: { attachments },
    metadata: cut || isCut ? { truncated: 'text' } : {},
  };
}

/** A mail that has no text, but an invitation, says what the invitation says. */
export function withInvitation(
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
