import * as z from 'zod';

export const SubmitReplyEnv = z.object({
  TABLE_NAME: z.string().min(3),
  REPLIES_QUEUE_URL: z.url(),
});
