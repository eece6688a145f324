import type { Email } from 'postal-mime';
import type { Headers } from '#connectors/email/headers';
import { splitAddress } from '#connectors/email/mail-address';
import { type Person, people, readPersonIn } from './mail-people.ts';

/** `'Fred' via Support`: Google Groups, groups.io and Mailman name the writer so, and their own address. */
const viaName = /^['"]?(.+?)['"]?\s+(?:via|über|par|por|tramite)\s+(\S.*)/iu;

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
  const [, written = '', group = ''] = viaName.exec(named.name) ?? [];
  const originals = originalHeaders.flatMap(
    (header) => readPersonIn(headers.get(header.toLowerCase()) ?? '') ?? [],
  );
  const isGroup = originals.length > 0 || isListMail(headers) || isNameOf(group, named.address);
  const name = isGroup ? written : '';
  const isRewritten = name !== '' || (originals.length > 0 && isListMail(headers));
  const [original = name === '' || isListAddress(headers, email, replyTo) ? undefined : replyTo] =
    originals;
  if (!isRewritten || !original || original.address === named.address) return undefined;
  return { address: original.address, name: original.name || name };
}

/** `Reise über Berlin` names no group: the group's name is that of its address, or a header tells of it. */
function isNameOf(group: string, address: string): boolean {
  const { local, domain } = splitAddress(address);
  const words = lettersOf(group);
  return [local, ...domain.split('.').slice(0, -1)].map(lettersOf).some((part) => {
    const [short = '', long = ''] = [part, words].toSorted((one, two) => one.length - two.length);
    return short !== '' && (short === long || (short.length > 2 && long.startsWith(short)));
  });
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** True for a list that wants answers to itself: its Reply-To is no person. */
export function isFromList(headers: Headers, email: Email, replyTo: Person): boolean {
  return isSentByList(headers) && isListAddress(headers, email, replyTo);
}

/** Lists of old programs have no List-Id. */
function isSentByList(headers: Headers): boolean {
  const isBulk = /^\s*(?:bulk|list|junk)\b/i.test(headers.get('precedence') ?? '');
  const old = ['mailing-list', 'x-beenthere', 'x-mailman-version', 'x-mailing-list'];
  return isListMail(headers) || isBulk || old.some((name) => headers.has(name));
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
