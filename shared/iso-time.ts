/**
 * Writes a time, in milliseconds since 1970, as ISO 8601 in UTC. Gives undefined for a number that is no time, and for a
 * time before the year 0 or after 9999: JavaScript writes those years with six digits, which no schema of the model
 * takes (https://tc39.es/ecma262/#sec-expanded-years).
 */
export function isoTimeOf(milliseconds: number): string | undefined {
  const time = new Date(milliseconds);
  if (Number.isNaN(time.getTime())) return undefined;
  const text = time.toISOString();
  return /^\d{4}-/.test(text) ? text : undefined;
}
