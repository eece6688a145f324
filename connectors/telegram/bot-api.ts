import * as z from 'zod/mini';
import { parsedJson } from '#shared/json';

/** The answer to every call of the Bot API ("Making requests"). */
const BotApiAnswer = z.object({
  ok: z.boolean(),
  result: z.optional(z.unknown()),
  error_code: z.optional(z.number()),
  description: z.optional(z.string()),
  parameters: z.optional(
    z.object({
      migrate_to_chat_id: z.optional(z.number()),
      retry_after: z.optional(z.number()),
    }),
  ),
});
export type BotApiAnswer = z.infer<typeof BotApiAnswer>;

/** The address of a method. It holds the token: it is called, and neither kept nor shown. */
export function methodUrl(apiUrl: string, botToken: string, method: string): string {
  return `${apiUrl}/bot${botToken}/${method}`;
}

/** The address of a file, which holds the token as well. */
export function fileUrl(apiUrl: string, botToken: string, path: string): string {
  return `${apiUrl}/file/bot${botToken}/${path}`;
}

/** Reads Telegram's answer; undefined where another program answered, a proxy for instance. */
export function answerIn(text: string): BotApiAnswer | undefined {
  return BotApiAnswer.safeParse(parsedJson(text)).data;
}
