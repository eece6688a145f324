import * as z from 'zod';

const characters = (max: number, what: string) =>
  z.string().refine((text) => text.length <= max, { error: `${what} is too long` });

const Button = z.union([
  z.object({
    text: z.string().min(1),
    callback_data: z.string().refine((data) => bytesOf(data) >= 1 && bytesOf(data) <= 64, {
      error: 'BUTTON_DATA_INVALID',
    }),
  }),
  z.object({
    text: z.string().min(1),
    url: z.string().regex(/^(tg:|https?:\/\/([^/?#]*@)?(\[|[^/?#@]*\.[^/?#@]*([/?#]|$)))/i),
  }),
]);

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** A JSON object, or its text: forms carry objects as text. */
const inForm = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }, schema);

const everyMessage = {
  chat_id: z.union(
    [
      z.int(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ],
    {
      error: 'chat_id is empty',
    },
  ),
  reply_parameters: inForm(
    z.object({ message_id: z.int(), allow_sending_without_reply: z.boolean().optional() }),
  ).optional(),
  reply_markup: inForm(z.object({ inline_keyboard: z.array(z.array(Button)).max(100) })).optional(),
};

/** A file that was uploaded, its id, or its address on the web. */
const AnyFile = z.union([z.instanceof(File), z.string().min(1)], {
  error: 'there is no file in the request',
});

const caption = characters(1024, 'message caption').optional();

/** The parameters of the methods that this simulator knows, as the Bot API describes them. */
export const methods = {
  sendMessage: z.object({
    ...everyMessage,
    text: characters(4096, 'message').refine((text) => text.trim() !== '', {
      error: 'message text is empty',
    }),
    link_preview_options: inForm(z.object({ is_disabled: z.boolean().optional() })).optional(),
  }),
  sendPhoto: z.object({ ...everyMessage, photo: AnyFile, caption }),
  sendDocument: z.object({ ...everyMessage, document: AnyFile, caption }),
} as const;

export const SendChatAction = z.object({
  chat_id: everyMessage.chat_id,
  action: z.enum(['typing', 'upload_photo', 'upload_document']),
});
export const AnswerCallbackQuery = z.object({ callback_query_id: z.string().min(1) });
export const GetFile = z.object({ file_id: z.string().min(1) });

/** The largest upload of each kind of file, in bytes. */
export const uploadBytes = { photo: 10 * 1024 ** 2, document: 50 * 1024 ** 2 } as const;
/** The largest file that a bot may fetch, in bytes. */
export const downloadBytes = 20 * 1024 ** 2;
