import type { Email } from 'postal-mime';
import type { Headers } from '#connectors/email/machine/mail-class';
import { type Person, people, readPersonIn } from './mail-people.ts';

/** `'Fred' via Support`: Google Groups, groups.io and Mailman name the writer so, and their own address. */
const viaName = /^['"]?(.+?)['"]?\s+(?:via|über|par|por|tramite)\s+\S/iu;

/** Headers in which groups keep the From of the mail that they pass on. */
const originalHeaders = ['X-Original-From', 'X-Original-Sender'];

/**
 * The writer of a mail that a group or list has passed on in its own name, because the writer's DMARC policy forbids it
 * to pass it on as it was; undefined for any other mail. The group keeps the writer in a header of its own, or in
 * Reply-To.
 */
export function passedOnFor(
  email: Email,
  headers: Headers,
  named: Person,
  replyTo: Person | undefined,
): Person | undefined {
  const [, name = ''] = viaName.exec(named.name) ?? [];
  const originals = originalHeaders.flatMap(
    (header) => readPersonIn(headers.get(header.toLowerCase()) ?? '') ?? [],
  );
  const isRewritten = name !== '' || (originals.length > 0 && isListMail(headers));
  const [original = name === '' || isListAddress(headers, email, replyTo) ? undefined : replyTo] =
    originals;
  if (!isRewritten || !original || original.address === named.address) return undefined;
  return { address: original.address, name: original.name || name };
}

/** True for a list that wants answers to itself: its Reply-To is no person. */
export function isFromList(headers: Headers, email: Email, replyTo: Person): boolean {
  return isListMail(headers) && isListAddress(headers, email, replyTo);
}

function isListMail(headers: Headers): boolean {
  return headers.has('list-id') || headers.has('list-post');
}

/** The address that the list names as its own, or that the mail was sent to. */
function isListAddress(headers: Headers, email: Email, replyTo: Person | undefined): boolean {
  if (!replyTo) return false;
  if (headers.get('list-post')?.toLowerCase().includes(`mailto:${replyTo.address}`)) return true;
  const sentTo = people([...(email.to ?? []), ...(email.cc ?? [])]);
  return sentTo.some(({ address }) => address === replyTo.address);
}
