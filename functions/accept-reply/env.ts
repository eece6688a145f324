import * as z from 'zod';

export const AcceptReplyEnv = z.object({
  TABLE_NAME: z.string().min(3),
  NORMALIZED_QUEUE_URL: z.url(),
  OUTBOUND_QUEUE_URL: z.url(),
});
