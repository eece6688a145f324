import twitterText from 'twitter-text';
import * as z from 'zod';

const Id = z.string().regex(/^[0-9]{1,19}$/);

/** The body of a direct message. Strict, as X is; it takes one file. */
export const CreateDirectMessage = z
  .strictObject({
    text: z.string().min(1).max(10_000).optional(),
    attachments: z
      .array(z.strictObject({ media_id: Id }))
      .length(1)
      .optional(),
  })
  .refine(
    ({ text, attachments }) => text !== undefined || attachments !== undefined,
    'one of text and attachments is required',
  );

/** The body of an answer to a post, of an account whose posts may have so many weighted characters. */
export const createPostOf = (maxLength: number) =>
  z
    .strictObject({
      text: z
        .string()
        .min(1)
        .refine((text) => weightedLength(text) <= maxLength, 'Tweet needs to be a bit shorter.')
        .optional(),
      reply: z.strictObject({
        in_reply_to_tweet_id: Id,
        exclude_reply_user_ids: z.array(Id).optional(),
        auto_populate_reply_metadata: z.boolean().optional(),
      }),
      media: z
        .strictObject({
          media_ids: z.array(Id).min(1).max(4),
          tagged_user_ids: z.array(Id).max(10).optional(),
        })
        .optional(),
    })
    .refine(
      ({ text, media }) => text !== undefined || media !== undefined,
      'one of text and media is required',
    );

/** The body of an answer of an account without Premium. */
export const CreatePost = createPostOf(280);

/** Counts as X does, by X's own library: most characters 1, Chinese and emoji 2, any link 23. */
function weightedLength(text: string): number {
  return twitterText.parseTweet(text).weightedLength;
}

/** A request to send that X has taken, as `GET /_sent` lists it. */
export interface TakenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly senderId: string;
}
