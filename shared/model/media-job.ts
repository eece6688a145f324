import * as z from 'zod';

/**
 * A message of the media queue: fetch this attachment of this entry. Doing it twice has the effect of doing it once.
 */
export const MediaJob = z.object({
  conversationId: z.string().min(1),
  sequence: z.number().int().positive(),
  attachmentId: z.string().min(1),
  /** The short-lived address that came with the webhook. Never logged. */
  downloadUrl: z.string().optional(),
});
export type MediaJob = z.infer<typeof MediaJob>;
