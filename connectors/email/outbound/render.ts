import type { Account } from '#connectors/email/account';
import { capCharacters, cleanBody, cleanLine } from '#connectors/email/clean-text';
import { htmlOf } from '#connectors/email/html-twin';
import { omitEmpty } from '#connectors/email/omit-empty';
import type { OutboundReply, ReplyTarget } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';

/** One mail, before it is signed and made MIME. Ids are bare; those of SES get their domain when sent. */
export interface MailRequest {
  readonly from: { readonly address: string; readonly name?: string };
  readonly to: { readonly address: string; readonly name?: string };
  readonly subject: string;
  readonly inReplyTo?: string;
  /** Oldest first. */
  readonly references: readonly string[];
  readonly text: string;
  readonly html: string;
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
const longestName = 200;

/** The prefix that mail programs put before the subject of an answer. */
const answerPrefix =
  /^\s*(?:re|aw|sv|vs|antw|odp|rif|res|ynt|回复|答复|回覆)\s*(?:\[\d+\])?\s*[:：]/i;

/** A reply as a mail: text with an HTML twin, threaded below what it answers. Pure. */
export function render(reply: OutboundReply, target: ReplyTarget, account: Account): MailRequest[] {
  if (reply.content.type !== 'text') {
    throw new ConnectorError(
      'content_not_supported',
      `email carries text, not ${reply.content.type}`,
    );
  }
  const [customer] = target.customerIdentities;
  const text = cleanBody(reply.content.text);
  const fromName = nameOf(account.fromName ?? reply.authorName);
  const toName = nameOf(target.customerName);
  const answered = target.inReplyToProviderMessageId ?? target.providerMessageIds.at(-1);
  return [
    {
      from: { address: account.address, ...omitEmpty({ name: fromName }) },
      to: { address: customer.address, ...omitEmpty({ name: toName }) },
      subject: capCharacters(replySubject(target.subject), longestSubject),
      ...omitEmpty({ inReplyTo: answered }),
      references: chain(target.providerMessageIds, answered),
      text,
      html: htmlOf(text),
      conversationId: target.conversationId,
    },
  ];
}

function nameOf(name: string | undefined): string {
  return capCharacters(cleanLine(name ?? ''), longestName);
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
