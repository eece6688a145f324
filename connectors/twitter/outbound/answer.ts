import * as z from 'zod';

const Sent = z.looseObject({
  data: z.looseObject({ dm_event_id: z.string().optional(), id: z.string().optional() }),
});

/** The id that X gave to the message, or absent when the body cannot be read. */
export function sentId(body: unknown): string | undefined {
  const read = Sent.safeParse(body);
  return read.success ? (read.data.data.dm_event_id ?? read.data.data.id) : undefined;
}
