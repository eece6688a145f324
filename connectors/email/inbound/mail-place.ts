import type { Email } from 'postal-mime';
import { cleanLine } from '#connectors/email/clean-text';
import { omitEmpty } from '#connectors/email/omit-empty';
import { isTokenAlias } from '#connectors/email/reply-token';
import type { ChannelMessage, SenderStanding } from '#shared/connector/channel-event';
import type { Followed } from '#shared/connector/thread';
import { hashOf, sha256Of } from '#shared/ids';
import { bytesOf } from './files/mail-attachments.ts';
import { bareMessageId } from './message-ids.ts';
import { bodyStart } from './mime-head.ts';
import type { ReadMail } from './read-mime.ts';

type Place = Pick<
  ChannelMessage,
  'providerMessageId' | 'deduplicationId' | 'thread' | 'inReplyToProviderMessageId'
>;

/** The ids of a mail, and its place in a thread. */
export function placeOf(
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
