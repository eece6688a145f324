import * as z from 'zod';
import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { refusalOf } from './refusal.ts';
import { Send } from './send.ts';

/** "Mark as read", with or without the typing indicator. */
const Read = z.strictObject({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().min(1),
  typing_indicator: z.strictObject({ type: z.literal('text') }).optional(),
});
export type Read = z.infer<typeof Read>;

/** Reads a body posted to `/messages`: a message, a read mark, or a request that Meta refuses. */
export function readRequest(
  body: unknown,
): { readonly send: Send } | { readonly read: Read } | { readonly refusal: ApiAnswer } {
  const given = typeof body === 'object' && body !== null ? body : {};
  if ('status' in given) {
    const read = Read.safeParse(given, { reportInput: true });
    return read.success ? { read: read.data } : { refusal: refusalOf(read.error, given) };
  }
  // Meta's own example of a text with a preview has no type.
  const typed = { type: 'text', ...given };
  const read = Send.safeParse(typed, { reportInput: true });
  return read.success ? { send: read.data } : { refusal: refusalOf(read.error, typed) };
}
