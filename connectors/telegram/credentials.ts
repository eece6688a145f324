import * as z from 'zod/mini';

/** The secret of one bot. */
export const TelegramCredentials = z.object({
  /** As BotFather issues it. It stands in the path of every call, so addresses are never logged. */
  botToken: z.string().check(z.regex(/^\d+:[\w-]+$/)),
  /** As given to `setWebhook`; Telegram allows these letters and no others. */
  secretToken: z.string().check(z.regex(/^[\w-]{1,256}$/)),
});
export type TelegramCredentials = z.infer<typeof TelegramCredentials>;
