import * as z from 'zod/mini';

/** One bot in a stage's configuration. `address` is its id: the digits before the colon of its token. */
export const TelegramAccount = z.object({
  address: z
    .string()
    .check(
      z.regex(/^[1-9]\d{0,15}$/, 'expected a bot id, the digits before the colon of its token'),
    ),
});
export type TelegramAccount = z.infer<typeof TelegramAccount>;
