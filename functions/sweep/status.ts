import { statusLookUpSeconds } from '#connectors/capabilities';
import { requestSend } from '#shared/aws/queues/queue';
import {
  endStatusLookUp,
  isFinal,
  isStatusDue,
  lookUpStatusAgainAt,
  placeOf,
} from '#shared/aws/store/due/check-due';
import type { DueItem } from '#shared/aws/store/due/due';
import { readConversation, readEntry } from '#shared/aws/store/table';
import type { DueCheckDependencies } from './check-due.ts';

/** The time for one look-up to be made and answered; then it is asked for again. */
const lookAgainSeconds = 3600;
/** Look-ups of one reply; a provider that could not be asked for so long is not asked for it any more. */
const maxLookUps = 24;

/**
 * Asks for the status of a sent reply whose provider has told no final one, or takes the reply off the list where it
 * has. The function that sends makes the call: it has the credentials.
 */
export async function checkStatus(
  { target, now }: Pick<DueCheckDependencies, 'target' | 'now'>,
  item: DueItem,
): Promise<void> {
  const place = placeOf(item);
  const entry = await readEntry(target.table, place.conversationId, place.sequence);
  if (!entry) return;
  const { connector } = await readConversation(target.table, place.conversationId);
  const seconds = statusLookUpSeconds(connector);
  const isOver = (afterSeconds: number) => isStatusDue(entry, now(), afterSeconds);
  if (isFinal(entry) || seconds === undefined || isOver(seconds + maxLookUps * lookAgainSeconds)) {
    return endStatusLookUp(target.table, place);
  }
  await requestSend(target.outbound, place, `status.${item.dueAt}`);
  const at = new Date(now().getTime() + lookAgainSeconds * 1000).toISOString();
  await lookUpStatusAgainAt(target.table, place, at);
}
