import * as z from 'zod';

/** Telegram's ids have at most 52 bits, so a number holds them. */
const Id = z.int();
/** A text that is left out where it is none: nothing of a message depends on it. */
const hint = lenient(z.string().min(1));
const count = lenient(z.int().nonnegative());

/** Reads a field that is undefined where it is absent or cannot be read. */
function lenient<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined);
}

/** A user, or the private chat with one. */
export const Person = z.object({
  id: Id,
  first_name: hint,
  last_name: hint,
  username: hint,
});
export type Person = z.infer<typeof Person>;

export const Chat = Person.extend({ type: z.string() });
export type Chat = z.infer<typeof Chat>;

/** The fields that place a message; its content is read apart, so that a new kind of content costs no message. */
export const Envelope = z.looseObject({
  message_id: Id,
  date: lenient(z.number()),
  edit_date: lenient(z.number()),
  chat: Chat,
  from: lenient(z.looseObject({ id: Id })),
  reply_to_message: lenient(z.object({ message_id: Id })),
  quote: lenient(z.object({ text: z.string() })),
});
export type Envelope = z.infer<typeof Envelope>;

export const File = z.object({
  file_id: z.string().min(1),
  file_size: count,
  file_name: hint,
  mime_type: hint,
  emoji: hint,
  is_animated: lenient(z.boolean()),
  is_video: lenient(z.boolean()),
});
export type File = z.infer<typeof File>;

export const Photo = z.array(File).min(1);

export const Location = z.object({ latitude: z.number(), longitude: z.number() });

export const Venue = z.object({ location: Location, title: hint, address: hint });

export const SharedContact = z.object({
  phone_number: z.string(),
  user_id: lenient(Id),
  first_name: hint,
  last_name: hint,
});

const Button = z.object({ text: z.string(), callback_data: z.string().optional() });

export const Press = z.object({
  id: z.string().min(1),
  from: Person,
  data: z.string().optional(),
  /** Absent where the message is too old to be told of, or was sent into a chat by a user. */
  message: z
    .object({
      message_id: Id,
      chat: Chat,
      reply_markup: lenient(z.object({ inline_keyboard: z.array(z.array(Button)) })),
    })
    .optional(),
});
export type Press = z.infer<typeof Press>;

/** A change of what the bot is in a chat. */
export const Membership = z.object({
  chat: Chat,
  date: lenient(z.number()),
  new_chat_member: z.object({ status: z.string() }),
});
export type Membership = z.infer<typeof Membership>;

/** The fields in which an update of any kind may name its sender. */
export const Placed = z.object({
  chat: lenient(Chat),
  from: lenient(Person),
  user: lenient(Person),
  date: lenient(z.number()),
});
