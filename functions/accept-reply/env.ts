import * as z from 'zod';

export const AcceptReplyEnv = z.object({
  REPLIES_QUEUE_URL: z.url(),
  TABLE_NAME: z.string().min(3),
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
});
