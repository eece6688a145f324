import { putOnce } from '#shared/aws/store/put-once';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { ParkedEditItem, type ParkedUpdate, parkedMark } from '#shared/table/items';
import { type Key, parkedEditKey } from '#shared/table/keys';

/** Providers repeat for up to 7 days (Meta, webhooks overview); what waited twice as long waits for nothing. */
const parkedDays = 14;

/** When what was received then expires, in epoch seconds. */
export function parkedUntil(receivedMs: number): number {
  return Math.floor(receivedMs / 1000) + parkedDays * 86_400;
}

/**
 * Puts the contents of edits that came before their message, each as an item, before the list on the reference names
 * them: a crash leaves contents that nothing names, and they expire.
 */
export async function putContents(
  table: Table,
  reference: Key,
  marked: readonly (readonly [mark: string, { update: ChannelUpdate; receivedAt: string }])[],
): Promise<void> {
  for (const [mark, { update, receivedAt }] of marked) {
    if (update.kind !== 'edit') continue;
    const { content, text } = update;
    const item = { content, text, expiresAt: parkedUntil(Date.parse(receivedAt)) };
    await putOnce(table, parkedEditKey(reference, mark), item);
  }
}

/** A parked update as it came: an edit with its content. Undefined where that has expired. */
export async function wholeParked(
  table: Table,
  reference: Key,
  parked: ParkedUpdate,
): Promise<ParkedUpdate | undefined> {
  if (parked.kind !== 'edit') return parked;
  const key = parkedEditKey(reference, parkedMark(parked.id ?? ''));
  const item = await readItem(table, ParkedEditItem, key, true);
  return item && { ...parked, content: item.content, text: item.text };
}
