import { isoTimeOf } from '#shared/iso-time';

/**
 * A time of X's as ISO 8601 in UTC, or absent when it cannot be read. X writes milliseconds as text (direct
 * messages), ISO 8601 (v2) and `Mon May 19 14:01:46 +0000 2025` (v1.1).
 */
export function isoTime(value: string | number | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  const milliseconds = Number.isNaN(Number(value)) ? Date.parse(String(value)) : Number(value);
  return isoTimeOf(milliseconds);
}
