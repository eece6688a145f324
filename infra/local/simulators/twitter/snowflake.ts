/** An id as X makes them: milliseconds since its epoch, then a counter (announcing-snowflake, 2010). */
export function snowflake(now: Date, sequence: number): string {
  return String(((BigInt(now.getTime()) - 1288834974657n) << 22n) + BigInt(sequence % 4096));
}
