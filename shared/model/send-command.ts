import * as z from 'zod';

/** What `outbound.fifo` carries: which reply is to be sent. Everything else is in the table. */
export const SendCommand = z.object({
  conversationId: z.string().min(1),
  sequence: z.number().int().positive(),
  /** Of the reply's entry (shared/ids.ts); 0 is not written. */
  generation: z.number().int().positive().optional(),
});
export type SendCommand = z.infer<typeof SendCommand>;

/** What `outbound.fifo` carries beside it: a sign that is no message, tried once. */
export const SendSignal = z.object({
  conversationId: z.string().min(1),
  signal: z.enum(['read', 'typing']),
  /** The customer's message, as the provider names it. */
  providerMessageId: z.string().min(1),
});
export type SendSignal = z.infer<typeof SendSignal>;
