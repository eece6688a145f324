import type { Place } from '#shared/aws/store/state';
import { entriesAfter, latestEntries, type Table } from '#shared/aws/store/table';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { Entry } from '#shared/table/entry';

/**
 * Whether a reply has been with its provider, so that the customer may have it. One that was surely not sent and
 * waits to be tried again has not.
 */
export function mayHaveLeft({ delivery }: Entry): boolean {
  if (!delivery) return false;
  const { state, part, attempt } = delivery;
  return part > 0 || (attempt > 0 && state !== 'accepted');
}

/** Whether a later reply of the conversation may have reached the customer. Then this one must not be sent any more. */
export async function isOvertaken(
  table: Table,
  { conversationId, sequence }: Place,
): Promise<boolean> {
  let last = sequence;
  for (;;) {
    const entries = await entriesAfter(table, conversationId, last);
    if (entries.some(mayHaveLeft)) return true;
    const end = entries.at(-1);
    if (!end) return false;
    last = end.sequence;
  }
}

/**
 * The error of a message that later replies have overtaken. Of a reply of which parts were sent, the whole is then
 * `sent_in_part` (shared/table/outcome.ts).
 */
export const overtakenError: DeliveryError = {
  code: 'not_sent_in_time',
  title: 'a later reply of the conversation has gone out since',
  retryable: true,
};

/** How many of the newest entries are looked at. */
const searchedEntries = 30;

/** The newest replies of a conversation that were accepted after this moment, newest first. */
export async function acceptedSince(
  table: Table,
  conversationId: string,
  since: Date,
): Promise<Entry[]> {
  const newestFirst = await latestEntries(table, conversationId, searchedEntries);
  return newestFirst.filter(
    ({ firstStatus, message }) =>
      firstStatus === 'accepted' && Date.parse(message?.receivedAt ?? '') > since.getTime(),
  );
}
