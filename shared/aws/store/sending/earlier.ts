import { latestEntries, type Table } from '#shared/aws/store/table';
import { isOfCustomer } from '#shared/aws/store/update/named-message';
import type { Entry } from '#shared/table/entry';

/** Entries of one page: a conversation's last customer message is most often among them. */
const pageEntries = 30;

/**
 * Reads a conversation backwards until an entry fits, however many others stand behind it. `known` are entries already
 * read: the newest before `before`, without a gap.
 */
export async function newestBefore(
  table: Table,
  conversationId: string,
  fits: (entry: Entry) => boolean,
  { before, known = [] }: { readonly before?: number; readonly known?: readonly Entry[] } = {},
): Promise<Entry | undefined> {
  let page = known;
  let end = before;
  for (;;) {
    const found = page.find(fits);
    if (found) return found;
    end = page.at(-1)?.sequence ?? end;
    page = await latestEntries(table, conversationId, pageEntries, end);
    if (page.length === 0) return undefined;
  }
}

/** Finds the newest message of the customer. */
export function newestOfCustomer(table: Table, conversationId: string): Promise<Entry | undefined> {
  return newestBefore(table, conversationId, isOfCustomer);
}

/** The message of the customer that a reply answers where it names none. */
export interface Answered {
  readonly providerMessageId?: string;
  /** The customer has written here and has deleted every one of those messages. */
  readonly isAllDeleted?: true;
}

interface Taken {
  /** The sequence of the reply; absent while it has none. */
  readonly before?: number;
  /** ISO 8601: when the reply was taken. A message deleted later was still there to be answered. */
  readonly takenAt: string;
  readonly known?: readonly Entry[];
}

/**
 * Finds the customer's newest message before a reply that was not deleted when the reply was taken. What comes behind the
 * reply never changes it.
 */
export async function answeredMessage(
  table: Table,
  conversationId: string,
  { takenAt, ...range }: Taken,
): Promise<Answered> {
  let isAnyDeleted = false;
  const found = await newestBefore(
    table,
    conversationId,
    (entry) => {
      if (!isOfCustomer(entry) || entry.providerMessageId === undefined) return false;
      const isThere = entry.deletedAt === undefined || entry.deletedAt > takenAt;
      isAnyDeleted ||= !isThere;
      return isThere;
    },
    range,
  );
  if (found?.providerMessageId !== undefined) return { providerMessageId: found.providerMessageId };
  return isAnyDeleted ? { isAllDeleted: true } : {};
}
