import type { Email } from 'postal-mime';
import { ownIdOf } from '#connectors/email/inbound/message-ids';
import { readAddress } from '#connectors/email/mail-address';
import { type Fields, fieldBlocks, fieldOf, partsOf, textOf } from './mail-parts.ts';

const returnedTypes = /^(?:message\/(?:rfc822|global)(?:-headers)?|text\/rfc822-headers)$/;

/** The headers of the mail that a report returns: of its own part, else of the copy in its text. */
export function returnedHead(email: Email): Fields {
  for (const part of partsOf(email, returnedTypes)) {
    const head = fieldBlocks(part.trimStart())[0] ?? [];
    if (head.length > 0) return head;
  }
  const blocks = fieldBlocks(textOf(email).replace(/^(?:>|\|) ?/gm, ''));
  return blocks.find((block) => fieldOf(block, 'message-id') !== undefined) ?? [];
}

/**
 * SES's id of our mail that a report is about: only people and servers that got our mail know it. Of the
 * returned mail the Message-ID alone counts; its References name earlier mails. `named` are ids that the report itself
 * gives. The headers of the report count only where it surely is one: every answer names our mail there.
 */
export function ownMailOf(
  email: Email,
  named: readonly (string | undefined)[],
  { isSure }: { readonly isSure: boolean },
): string | undefined {
  const head = returnedHead(email);
  const [newest] = (email.references ?? '').trim().split(/\s+/).slice(-1);
  const ids = [...named, fieldOf(head, 'message-id'), ...(isSure ? [email.inReplyTo, newest] : [])];
  return ids.map((id) => ownIdOf(id ?? '')).find((id) => id !== undefined);
}

/** The people to whom the returned mail went, as far as its headers say. */
export function recipientsOf(head: Fields): string[] {
  const listed = head
    .filter(([name]) => name === 'to' || name === 'cc')
    .flatMap(([, value]) => value.split(','))
    .flatMap((each) => readAddress(each) ?? []);
  return [...new Set(listed)];
}
