import * as z from 'zod/mini';
import { parsedJson } from '#shared/json';

/** A longer wait than a day is no wait that Telegram asks for. */
const maxRetryAfterSeconds = 86_400;

/** A member that is absent, or that is undefined where it cannot be read. */
function lenient<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.catch(z.optional(schema), undefined);
}

/** The answer to every call of the Bot API ("Making requests"). */
const BotApiAnswer = z.object({
  ok: z.boolean(),
  result: z.optional(z.unknown()),
  error_code: lenient(z.number()),
  description: lenient(z.string()),
  parameters: lenient(
    z.object({
      migrate_to_chat_id: lenient(z.number()),
      retry_after: lenient(z.number().check(z.nonnegative(), z.maximum(maxRetryAfterSeconds))),
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
