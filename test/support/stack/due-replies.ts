import { placeOf } from '#shared/aws/store/due/check-due';
import { listDue } from '#shared/aws/store/due/due';
import type { Place } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { firstOf } from '#test/support/connectors/first-of';

/** Replies that must be looked after by now, uncertain ones first. */
export async function dueReplies(table: Table, now: string): Promise<Place[]> {
  const uncertain = await firstOf(listDue(table, 'uncertain', now), 1000);
  const others = await firstOf(listDue(table, 'reply', now), 1000);
  return [...uncertain, ...others].map(placeOf);
}
