import type * as z from 'zod';

/** Any JSON value, as the schemas of the model have it. */
export type Json = z.infer<ReturnType<typeof z.json>>;

/**
 * Types a part of a provider's payload as the JSON it is: it was parsed from a body and has come through a queue as
 * text. No schema may look: `z.json()` follows a hostile value to its depth and ends with the call stack.
 */
export function jsonOf(part: unknown): Json {
  return part as Json;
}
