import * as z from 'zod';

/** A message of `outbound.fifo`: the reply that is to be sent. Everything else is in the table. */
export const SendCommand = z.object({
  conversationId: z.string().min(1),
  sequence: z.number().int().positive(),
  /** The account that sends it: a batch reserves slots for all of its replies before it reads the first one. */
  account: z.string().optional(),
  /** The slot that it was released for; for a campaign's message, the time it is tried. */
  slotAt: z.iso.datetime().optional(),
  /** The generation of the reply's entry (shared/ids.ts); 0 is not written. */
  generation: z.number().int().positive().optional(),
});
export type SendCommand = z.infer<typeof SendCommand>;

/** The other message of `outbound.fifo`: a typing indicator or read receipt, tried once. */
export const SendSignal = z.object({
  conversationId: z.string().min(1),
  signal: z.enum(['read', 'typing']),
  /** The customer's message, as the provider names it. */
  providerMessageId: z.string().min(1),
});
export type SendSignal = z.infer<typeof SendSignal>;
