import { isParticipant } from '#shared/aws/store/append/participants';
import type { Table } from '#shared/aws/store/table';
import type { Person, Recipients, ReplyTarget } from '#shared/connector/outbound-reply';
import { omitUndefined } from '#shared/json';
import type { Participant } from '#shared/model/participant';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { newestOfCustomer } from './earlier.ts';

type Addressees = Pick<ReplyTarget, 'answeredAuthor' | 'copied'>;

/**
 * Finds the people whom a reply reaches unless it says otherwise: all who take part, and first the author of the
 * message that it answers (`answered`, else the newest one). Reads nothing where the customer is alone.
 */
export async function addresseesOf(
  table: Table,
  conversation: ConversationItem,
  answered: Entry | undefined,
): Promise<Addressees> {
  const { id, participants = [] } = conversation;
  if (participants.length === 0) return {};
  const named = answered ?? (await newestOfCustomer(table, id));
  const author = authorOf(conversation, named);
  const copied = participants.filter((each) => each.copied !== false).map(personOf);
  return { copied, ...(author ? { answeredAuthor: author } : {}) };
}

function authorOf(conversation: ConversationItem, entry: Entry | undefined): Person | undefined {
  const { direction, author } = entry?.message ?? {};
  if (direction !== 'inbound' || !author?.identity) return undefined;
  const { identity, displayName } = author;
  if (!isParticipant(conversation, [identity])) return undefined;
  return { identity, ...omitUndefined({ displayName }) };
}

function personOf({ identity, displayName }: Participant): Person {
  return { identity, ...omitUndefined({ displayName }) };
}

/** The people whom a reply brings into its conversation: those it is sent to. Bcc is for them alone, and no copy. */
export function invitedBy({ to, cc, bcc }: Recipients): Participant[] {
  const open = [...to, ...cc].map((identity): Participant => ({ identity }));
  return [...open, ...bcc.map((identity): Participant => ({ identity, copied: false }))];
}
