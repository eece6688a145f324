import type { Account } from '#connectors/email/account';
import { capCharacters, cleanBody, cleanLine } from '#connectors/email/clean-text';
import { htmlOf } from '#connectors/email/html-twin';
import { omitEmpty } from '#connectors/email/omit-empty';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import { ConnectorError } from '#shared/errors';
import type { ReplyContent } from '#shared/model/reply-content';
import { filesIn, type MailFile } from './mail-files.ts';
import { headerName, type Mailbox, type MailRecipients, recipientsFor } from './recipients.ts';

/** One mail, before it is signed and made MIME. Ids are bare; those of SES get their domain when sent. */
export interface MailRequest extends MailRecipients {
  readonly from: Mailbox;
  readonly subject: string;
  readonly inReplyTo?: string;
  /** Oldest first. */
  readonly references: readonly string[];
  readonly text: string;
  readonly html: string;
  readonly files: readonly MailFile[];
  /** A bot wrote it: it says so in its head (RFC 3834). */
  readonly isAutomatic?: true;
  /** A campaign's: its one recipient can unsubscribe with one click (RFC 8058). */
  readonly isMarketing?: true;
  /** The conversation whose reply token the mail carries. */
  readonly conversationId: string;
}

/** Long chains break servers' header limits; clients need the first and the newest (RFC 5322 3.6.4). */
const maxReferences = 30;

/**
 * A line of a header has at most 998 characters, and a word without a blank cannot be folded (RFC 5322 2.1.1): a
 * customer whose own name or subject is as long as that could not be answered.
 */
const longestSubject = 900;

/** The prefix that mail programs put before the subject of an answer. */
const answerPrefix =
  /^\s*(?:re|aw|sv|vs|antw|odp|rif|res|ynt|回复|答复|回覆)\s*(?:\[\d+\])?\s*[:：]/i;

/** A reply as a mail: text and HTML with its files, threaded below what it answers. Pure. */
export function render(reply: OutboundReply, target: ReplyTarget, account: Account): MailRequest[] {
  const body = bodyOf(reply.content);
  const fromName = headerName(account.fromName ?? reply.authorName);
  const { isAutomatic, isMarketing } = reply;
  const answered = target.inReplyToProviderMessageId ?? target.providerMessageIds.at(-1);
  return [
    {
      from: { address: account.address, ...omitEmpty({ name: fromName }) },
      ...recipientsFor(reply, target, account),
      subject: capCharacters(
        cleanLine(reply.subject ?? '') || replySubject(target.subject),
        longestSubject,
      ),
      ...omitEmpty({ inReplyTo: answered }),
      references: chain(target.providerMessageIds, answered),
      ...body,
      files: filesIn(reply.content),
      ...omitEmpty({ isAutomatic, isMarketing }),
      conversationId: target.conversationId,
    },
  ];
}

/** The two sides of the body: HTML as it was given, else made of the text. */
function bodyOf(content: ReplyContent): Pick<MailRequest, 'text' | 'html'> {
  if (content.type !== 'text' && content.type !== 'media') {
    const title = `email carries text and media, not ${content.type}`;
    throw new ConnectorError('content_not_supported', title);
  }
  const text = cleanBody(content.type === 'text' ? content.text : (content.caption ?? ''));
  const given = content.type === 'text' ? content.html : undefined;
  return { text, html: given === undefined ? htmlOf(text) : cleanBody(given) };
}

/** One `Re: `, also where the subject had some already. */
function replySubject(subject: string | undefined): string {
  const clean = cleanLine(subject ?? '');
  if (clean === '') return 'Re: (no subject)';
  return answerPrefix.test(clean) ? clean : `Re: ${clean}`;
}

/** The chain ends with the message answered; the first stays when the middle is cut. */
function chain(ids: readonly string[], answered: string | undefined): string[] {
  const before = ids.filter((id) => id !== answered);
  const all = answered === undefined ? before : [...before, answered];
  const [first, ...rest] = all;
  if (first === undefined || all.length <= maxReferences) return all;
  return [first, ...rest.slice(1 - maxReferences)];
}
