import * as z from 'zod';

/** What `outbound.fifo` carries: which reply is to be sent. Everything else is in the table. */
export const SendCommand = z.object({
  conversationId: z.string().min(1),
  sequence: z.number().int().positive(),
});
export type SendCommand = z.infer<typeof SendCommand>;
