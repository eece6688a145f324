import * as z from 'zod';
import { ConnectorError } from '#shared/errors';

/** An id as text. `z.int()` refuses what a double cannot hold: such a number has lost its last digits already. */
const NumericText = z.string().regex(/^\d{1,20}$/);
const Id = z.union([NumericText, z.int().nonnegative().transform(String)]);

/** Fields a message can live without: unreadable counts as absent, so that a new shape costs a detail, not the message. */
const lenient = <Schema extends z.ZodType>(schema: Schema) =>
  schema
    .nullish()
    .catch(undefined)
    .transform((value) => value ?? undefined);

const Url = z.looseObject({
  url: lenient(z.string()),
  expanded_url: lenient(z.string()),
  media_key: lenient(z.string()),
});
/** The parts of a text that X marks, links above all; the same in direct messages and posts. */
export const Entities = z.looseObject({ urls: lenient(z.array(Url)) });
export type Entities = z.infer<typeof Entities>;

const Variant = z.looseObject({
  content_type: lenient(z.string()),
  url: lenient(z.string()),
  bitrate: lenient(z.number()),
  bit_rate: lenient(z.number()),
});

/** A file, in the v1.1 form (direct messages, old posts) or the v2 form (`includes.media`). */
export const Media = z.looseObject({
  type: lenient(z.string()),
  /** v1.1: the t.co link that stands for the file in the text. v2: the file itself. */
  url: lenient(z.string()),
  media_key: lenient(z.string()),
  media_url_https: lenient(z.string()),
  /** A voice message; remembered from other clients, not seen in a webhook. */
  audio_only: lenient(z.boolean()),
  video_info: lenient(z.looseObject({ variants: lenient(z.array(Variant)) })),
  variants: lenient(z.array(Variant)),
});
export type Media = z.infer<typeof Media>;

const User = z.object({ id: Id, name: z.string().optional(), username: z.string().optional() });
export type User = z.infer<typeof User>;

/** The item as the webhook queued it (item.ts). */
const Queued = z.object({
  kind: z.enum(['direct_message', 'post', 'post_deletion', 'other', 'alert']),
  type: z.string(),
  userId: NumericText,
  eventId: z.string().optional(),
  caughtUp: z.literal(true).optional(),
  event: z.unknown().optional(),
  users: z.array(User).default([]),
  posts: z.array(z.unknown()).default([]),
  media: z.array(Media).default([]),
});
export type Queued = z.infer<typeof Queued>;

/** A direct message: both APIs carry the v1.1 form. */
const DirectMessage = z.looseObject({
  type: z.string().default('message_create'),
  id: Id,
  created_timestamp: lenient(z.union([z.string(), z.number()])),
  initiated_via: lenient(z.looseObject({ tweet_id: lenient(Id) })),
  message_create: z.looseObject({
    sender_id: Id,
    target: z.looseObject({ recipient_id: Id }),
    message_data: z.looseObject({
      text: lenient(z.string()),
      entities: lenient(Entities),
      attachment: lenient(z.looseObject({ type: lenient(z.string()), media: lenient(Media) })),
      quick_reply_response: lenient(z.looseObject({ metadata: lenient(z.string()) })),
    }),
  }),
});
export type DirectMessage = z.infer<typeof DirectMessage>;

const References = lenient(z.array(z.looseObject({ type: z.string(), id: Id })));
const Note = lenient(z.looseObject({ text: z.string(), entities: lenient(Entities) }));

/** A v2 post. X is renaming tweet to post: live captures have the old names, the OpenAPI 2.167 has the new ones. */
const PostV2 = z.looseObject({
  id: Id,
  author_id: Id,
  text: lenient(z.string()),
  note_tweet: Note,
  note_post: Note,
  created_at: lenient(z.string()),
  conversation_id: lenient(Id),
  in_reply_to_tweet_id: lenient(Id),
  in_reply_to_post_id: lenient(Id),
  in_reply_to_user_id: lenient(Id),
  referenced_tweets: References,
  referenced_posts: References,
  edit_history_tweet_ids: lenient(z.array(Id)),
  edit_history_post_ids: lenient(z.array(Id)),
  entities: lenient(Entities),
  attachments: lenient(z.looseObject({ media_keys: lenient(z.array(z.string())) })),
  lang: lenient(z.string()),
});
export type PostV2 = z.infer<typeof PostV2>;

const Extended = z.looseObject({ media: lenient(z.array(Media)) });

/** A v1.1 post, of the Account Activity API. Every number has its exact text in `…_str`. */
const PostV1 = z.looseObject({
  id_str: NumericText,
  user: z.looseObject({
    id_str: NumericText,
    name: lenient(z.string()),
    screen_name: lenient(z.string()),
  }),
  created_at: lenient(z.string()),
  text: lenient(z.string()),
  full_text: lenient(z.string()),
  extended_tweet: lenient(
    z.looseObject({
      full_text: z.string(),
      entities: lenient(Entities),
      extended_entities: lenient(Extended),
    }),
  ),
  in_reply_to_status_id_str: lenient(NumericText),
  in_reply_to_user_id_str: lenient(NumericText),
  quoted_status_id_str: lenient(NumericText),
  quoted_status: lenient(z.looseObject({ text: lenient(z.string()) })),
  retweeted_status: lenient(z.looseObject({})),
  entities: lenient(Entities),
  extended_entities: lenient(Extended),
  lang: lenient(z.string()),
});
export type PostV1 = z.infer<typeof PostV1>;

/** Reads a value by a schema. Throws `unreadable_payload` naming the fields at fault, never their contents. */
function readBy<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string) {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, code }) => `${path.join('.') || what}: ${code}`);
  throw new ConnectorError('unreadable_payload', `${what} cannot be read (${faults.join(', ')})`);
}

export const readQueued = (value: unknown): Queued => readBy(Queued, value, 'queued event');
export const readDirectMessage = (value: unknown): DirectMessage =>
  readBy(DirectMessage, value, 'direct message');
export const readPostV2 = (value: unknown): PostV2 => readBy(PostV2, value, 'post');
export const readPostV1 = (value: unknown): PostV1 => readBy(PostV1, value, 'v1.1 post');
