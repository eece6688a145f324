import type * as z from 'zod';

type Json = z.infer<ReturnType<typeof z.json>>;

/**
 * A part of the payload as the JSON it is: it was parsed from a body and has come through a queue as text, so
 * checking every leaf again would find nothing.
 */
export function jsonOf(part: unknown): Json {
  return part as Json;
}
