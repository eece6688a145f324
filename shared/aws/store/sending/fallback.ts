import { type Place, writeState } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { Entry } from '#shared/table/entry';

/** How `message.accepted` and `message.sent` say that it was not the reply's own content that went out. */
export const sentAsFallback = { sentAs: 'fallback_template' } as const satisfies OwnMetadata;

/** Whether a reply has a fallback that may still take its place: nothing of it has gone out. */
export function mayFallBack({ reply, delivery }: Entry): boolean {
  return reply?.fallbackTemplate !== undefined && !delivery?.usesFallback && delivery?.part === 0;
}

/**
 * From now on the fallback is what goes out. Of a reply that waits to be sent, or of the attempt under way where the
 * provider has said that its window is closed: that sent nothing, so the reply may be claimed again. Returns
 * whether that was so; repeating it changes nothing.
 */
export async function switchToFallback(table: Table, place: Place, entry: Entry): Promise<boolean> {
  const { delivery } = entry;
  if (!delivery || !mayFallBack(entry)) return false;
  const { state, part, attempt } = delivery;
  if (state !== 'accepted' && state !== 'sending') return false;
  const set = {
    'delivery.usesFallback': true,
    'delivery.state': 'accepted',
    'delivery.leaseUntil': undefined,
  };
  const expected = {
    'delivery.state': state,
    'delivery.part': part,
    'delivery.attempt': attempt,
  };
  return (await writeState(table, place, entry, { set }, expected)) !== undefined;
}
