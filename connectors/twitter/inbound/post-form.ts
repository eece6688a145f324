import { idIn } from '#connectors/twitter/fields';
import {
  type PostV1,
  type PostV2,
  type Queued,
  readPostTextV2,
  readPostV1,
  readPostV2,
} from '#connectors/twitter/payload';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { isObject, type JsonObject, objectOf } from '#shared/json';
import { attachmentByKey, attachmentOf } from './media.ts';
import { identityOf } from './person.ts';
import { mediaOfV1, textOfV1, textOfV2 } from './post-text.ts';
import { isoTime } from './time.ts';

/** A post in one form, from either API. */
export interface Post {
  readonly id: string;
  readonly authorId: string;
  readonly text: string;
  readonly occurredAt: string | undefined;
  /** The post the whole conversation hangs on; its own id when it starts one. */
  readonly rootId: string;
  readonly inReplyToId: string | undefined;
  /** The person it answers: the author of the post answered, or else of the post quoted. */
  readonly addresseeId: string | undefined;
  readonly quotedId: string | undefined;
  readonly quotedText: string | undefined;
  /** The posts whose words came with this one. */
  readonly copies: NonNullable<ChannelMessage['copies']>;
  readonly isRepost: boolean;
  /** An edited post is a new post with a new id; these are the ids it had. */
  readonly earlierIds: readonly string[];
  readonly language: string | undefined;
  readonly attachments: readonly ReturnType<typeof attachmentOf>[];
}

/** Reads the post of an item: v2 has `author_id`, v1.1 has a `user`. Throws `unreadable_payload`. */
export function readPost(queued: Queued): Post {
  return 'user' in objectOf(queued.event)
    ? fromV1(readPostV1(queued.event))
    : fromV2(readPostV2(queued.event), queued);
}

function fromV2(post: PostV2, queued: Queued): Post {
  const references = post.referenced_tweets ?? post.referenced_posts ?? [];
  const referenced = (type: string) => references.find((each) => each.type === type)?.id;
  const included = (id: string | undefined) =>
    objectOf(queued.posts.find((each) => id !== undefined && idIn(objectOf(each), 'id') === id));
  const inReplyToId =
    post.in_reply_to_tweet_id ?? post.in_reply_to_post_id ?? referenced('replied_to');
  const quotedId = referenced('quoted');
  return {
    id: post.id,
    authorId: post.author_id,
    text: textOfV2(post),
    occurredAt: isoTime(post.created_at),
    rootId: post.conversation_id ?? inReplyToId ?? post.id,
    inReplyToId,
    addresseeId: post.in_reply_to_user_id ?? idIn(included(inReplyToId ?? quotedId), 'author_id'),
    quotedId,
    quotedText: textOfV2(readPostTextV2(included(quotedId)) ?? {}),
    copies: copiesIn(queued.posts.flatMap(withNested), quotedId),
    isRepost: referenced('retweeted') !== undefined,
    earlierIds: (post.edit_history_tweet_ids ?? post.edit_history_post_ids ?? []).filter(
      (id) => id !== post.id,
    ),
    language: languageOf(post.lang),
    attachments: (post.attachments?.media_keys ?? []).map((key) =>
      attachmentByKey(key, queued.media),
    ),
  };
}

function fromV1(post: PostV1): Post {
  const quoted = post.quoted_status;
  const quotedId = post.quoted_status_id ?? idIn(objectOf(quoted), 'id');
  return {
    id: post.id,
    authorId: post.user.id,
    text: textOfV1(post),
    occurredAt: isoTime(post.created_at),
    // v1.1 has no conversation id; the post answered is the best name of the thread it gives.
    rootId: post.in_reply_to_status_id ?? post.id,
    inReplyToId: post.in_reply_to_status_id,
    addresseeId: post.in_reply_to_user_id,
    quotedId,
    quotedText: post.quoted_status && textOfV1(post.quoted_status),
    copies: copiesIn(quoted ? withNested({ ...quoted, id: quotedId }) : [], quotedId),
    isRepost: post.retweeted_status !== undefined,
    earlierIds: [],
    language: languageOf(post.lang),
    attachments: mediaOfV1(post).map((media) => attachmentOf(media)),
  };
}

/** X sends the posts along that a post answers or quotes; only the quoted one is shown. */
function copiesIn(posts: readonly JsonObject[], quotedId: string | undefined): Post['copies'] {
  const copies = posts.flatMap((post) => {
    const providerMessageId = idIn(post, 'id');
    if (providerMessageId === undefined) return [];
    const authorId = idIn(post, 'author_id') ?? idIn(objectOf(post['user']), 'id');
    const quoted = providerMessageId === quotedId ? { quoted: true as const } : {};
    const author = authorId === undefined ? {} : { author: identityOf(authorId) };
    return [{ providerMessageId, ...quoted, ...author }];
  });
  return [...new Map(copies.map((copy) => [copy.providerMessageId, copy])).values()];
}

/** A post with those that are nested in it, of which the raw item has the words too. */
function withNested(post: unknown): JsonObject[] {
  const posts: JsonObject[] = [];
  const open: unknown[] = [post];
  while (open.length > 0) {
    const next = open.pop();
    if (!isObject(next)) continue;
    posts.push(next);
    open.push(...nestedFields.map((field) => next[field]));
  }
  return posts;
}

const nestedFields = ['quoted_status', 'retweeted_status', 'quoted_tweet', 'quoted_post'];

/** `und` is X's word for a language it did not recognise (BCP 47). */
function languageOf(language: string | undefined): string | undefined {
  return language === 'und' ? undefined : language;
}
