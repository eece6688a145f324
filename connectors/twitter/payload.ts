import * as z from 'zod';
import { ConnectorError } from '#shared/errors';
import { withExactIds } from './fields.ts';

/** An id as text. `z.int()` refuses what a double cannot hold: such a number has lost its last digits already. */
const NumericText = z.string().regex(/^\d{1,20}$/);
const Id = z.union([NumericText, z.int().nonnegative().transform(String)]);

/**
 * An object of X's with its ids as text. X doubles numbers as text in `…_str`, which counts: a number beyond 2^53 has
 * lost its last digits where a program of X's or ours has read it once.
 */
const ofX = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(withExactIds, z.looseObject(shape));

/** One value, or a list of them; always a list. */
const oneOrMore = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(schema));

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
  media_url: lenient(z.string()),
  /** v2, and v1.1: the sender's words for people who cannot see it. */
  alt_text: lenient(z.string()),
  ext_alt_text: lenient(z.string()),
  /** A voice message; remembered from other clients, not seen in a webhook. */
  audio_only: lenient(z.boolean()),
  video_info: lenient(
    z.looseObject({
      duration_millis: lenient(z.number()),
      variants: lenient(z.array(Variant)),
    }),
  ),
  duration_ms: lenient(z.number()),
  variants: lenient(z.array(Variant)),
});
export type Media = z.infer<typeof Media>;

/** The parts of a text that X marks, links above all; the same in direct messages and posts. */
export const Entities = z.looseObject({
  urls: lenient(z.array(Url)),
  /** v1.1 posts: the first file. */
  media: lenient(z.array(Media)),
});
export type Entities = z.infer<typeof Entities>;

const User = z.object({ id: Id, name: z.string().optional(), username: z.string().optional() });
export type User = z.infer<typeof User>;

/** The item as the webhook queued it (item.ts). */
const Queued = z.object({
  kind: z.enum(['direct_message', 'post', 'post_deletion', 'other']),
  type: z.string(),
  userId: NumericText,
  eventId: z.string().optional(),
  event: z.unknown().optional(),
  users: z.array(User).default([]),
  posts: z.array(z.unknown()).default([]),
  polls: z.array(z.unknown()).default([]),
  media: z.array(Media).default([]),
});
export type Queued = z.infer<typeof Queued>;

const DmAttachment = z.looseObject({
  type: lenient(z.string()),
  /** Unreadable ones are kept as files that cannot be had. */
  media: lenient(oneOrMore(Media.or(z.unknown().transform(() => undefined)))),
  location: z.unknown().optional(),
});
export type DmAttachment = z.infer<typeof DmAttachment>;

/** A direct message: both APIs carry the v1.1 form. */
const DirectMessage = ofX({
  type: z.string().default('message_create'),
  id: Id,
  created_timestamp: lenient(z.union([z.string(), z.number()])),
  initiated_via: lenient(ofX({ tweet_id: lenient(Id) })),
  message_create: ofX({
    sender_id: Id,
    /** Absent in some clients' messages to us. */
    target: lenient(ofX({ recipient_id: Id })),
    message_data: z.looseObject({
      text: lenient(z.string()),
      entities: lenient(Entities),
      attachment: lenient(oneOrMore(DmAttachment)),
      attachments: lenient(oneOrMore(DmAttachment)),
      quick_reply_response: lenient(z.looseObject({ metadata: lenient(z.string()) })),
    }),
  }),
});
export type DirectMessage = z.infer<typeof DirectMessage>;

const References = lenient(z.array(ofX({ type: z.string(), id: Id })));
const Note = lenient(z.looseObject({ text: z.string(), entities: lenient(Entities) }));

/** The text of a v2 post, also of one that another post quotes. */
const textV2 = {
  text: lenient(z.string()),
  note_tweet: Note,
  note_post: Note,
  entities: lenient(Entities),
};
const PostTextV2 = ofX({ id: lenient(Id), ...textV2 });
export type PostTextV2 = z.infer<typeof PostTextV2>;

/** A v2 post. X is renaming tweet to post: live captures have the old names, the OpenAPI 2.167 has the new ones. */
const PostV2 = ofX({
  ...textV2,
  id: Id,
  author_id: Id,
  created_at: lenient(z.string()),
  conversation_id: lenient(Id),
  in_reply_to_tweet_id: lenient(Id),
  in_reply_to_post_id: lenient(Id),
  in_reply_to_user_id: lenient(Id),
  referenced_tweets: References,
  referenced_posts: References,
  edit_history_tweet_ids: lenient(z.array(Id)),
  edit_history_post_ids: lenient(z.array(Id)),
  attachments: lenient(z.looseObject({ media_keys: lenient(z.array(z.string())) })),
  lang: lenient(z.string()),
});
export type PostV2 = z.infer<typeof PostV2>;

const Extended = z.looseObject({ media: lenient(z.array(Media)) });

/** The text of a v1.1 post with what it shows, also of one that another post quotes. */
const textV1 = {
  text: lenient(z.string()),
  full_text: lenient(z.string()),
  extended_tweet: lenient(
    z.looseObject({
      full_text: z.string(),
      entities: lenient(Entities),
      extended_entities: lenient(Extended),
    }),
  ),
  entities: lenient(Entities),
  extended_entities: lenient(Extended),
};
const PostTextV1 = z.looseObject(textV1);
export type PostTextV1 = z.infer<typeof PostTextV1>;

/** A v1.1 post, of the Account Activity API. */
const PostV1 = ofX({
  ...textV1,
  id: Id,
  user: ofX({ id: Id, name: lenient(z.string()), screen_name: lenient(z.string()) }),
  created_at: lenient(z.string()),
  in_reply_to_status_id: lenient(Id),
  in_reply_to_user_id: lenient(Id),
  quoted_status_id: lenient(Id),
  quoted_status: lenient(PostTextV1),
  retweeted_status: lenient(z.looseObject({})),
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
/** The text of a post that another one quotes: a detail, so an unreadable one has none. */
export const readPostTextV2 = (value: unknown): PostTextV2 | undefined =>
  PostTextV2.safeParse(value).data;
