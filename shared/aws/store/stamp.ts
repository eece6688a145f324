import { ConnectorError } from '#shared/errors';
import type { ReferenceItem } from '#shared/table/items';
import type { Table } from './table.ts';

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

/** A message that had come before, and has been deleted since because it was kept long enough. Nothing is to be done. */
export class MessageExpired extends Error {
  override readonly name = 'MessageExpired';
}

/** The fault of a reference whose message is not there: expired, or else a fault of ours that a later try may mend. */
export function goneOf({ expiresAt }: Pick<ReferenceItem, 'expiresAt'>): Error {
  if (expiresAt !== undefined) return new MessageExpired('the message is kept no longer');
  return new ConnectorError('unavailable', 'a reference points at no entry');
}

/** The time in epoch seconds after which an item is deleted: the attribute that DynamoDB's time to live reads. */
interface Expiry {
  readonly expiresAt?: number;
}

/** Of everything that belongs to one message, counted from when it was received or accepted. */
export function messageExpiry({ retention }: Pick<Table, 'retention'>, since: string): Expiry {
  return expiryAfter(retention?.messagesDays, since);
}

/** Of what a replyId stands for. */
export function replyIdExpiry({ retention }: Pick<Table, 'retention'>, since: string): Expiry {
  return expiryAfter(retention?.replyIdsDays, since);
}

/** The same time again, for what belongs to an item that has one. */
export function sameExpiry({ expiresAt }: { readonly expiresAt?: number | undefined }): Expiry {
  return expiresAt === undefined ? {} : { expiresAt };
}

function expiryAfter(days: number | undefined, since: string): Expiry {
  if (days === undefined) return {};
  return { expiresAt: Math.floor(Date.parse(since) / 1000) + days * 86_400 };
}
