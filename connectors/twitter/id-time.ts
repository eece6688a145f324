import { isoTimeOf } from '#shared/iso-time';
import type { JsonObject } from '#shared/json';
import { textIn } from './fields.ts';

/** X's epoch of ids, in milliseconds: an id holds the time at which it was made. */
const idEpochMs = 1_288_834_974_657n;

/** The time of an entry, ISO 8601: as X tells it, or else from its id. Undefined for an id that is no number. */
export function timeOf(entry: JsonObject, id: string): string | undefined {
  const told = Date.parse(textIn(entry, 'created_at') ?? '');
  if (!Number.isNaN(told)) return isoTimeOf(told);
  return /^\d{1,19}$/.test(id) ? isoTimeOf(Number((BigInt(id) >> 22n) + idEpochMs)) : undefined;
}
