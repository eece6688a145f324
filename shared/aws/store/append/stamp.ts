import { messageExpiry } from '#shared/aws/store/retention';
import type { Table } from '#shared/aws/store/table';

/** The generation of a table as an item states it: 0 is not written. */
export function inGeneration({ generation = 0 }: Pick<Table, 'generation'>): {
  readonly generation?: number;
} {
  return generation === 0 ? {} : { generation };
}

/** The attributes that the table gives to every entry: when it expires, and the generation it was counted in. */
export interface Stamp {
  readonly expiresAt?: number;
  readonly generation?: number;
}

export function stampOf(table: Table, receivedAt: string): Stamp {
  return { ...messageExpiry(table, receivedAt), ...inGeneration(table) };
}
