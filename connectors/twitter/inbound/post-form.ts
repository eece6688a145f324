import { idIn, textIn } from '#connectors/twitter/fields';
import {
  type PostV1,
  type PostV2,
  type Queued,
  readPostV1,
  readPostV2,
} from '#connectors/twitter/payload';
import { linksIn, readableText } from '#connectors/twitter/text';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { objectOf } from '#shared/json';
import { attachmentOf, missingFile } from './media.ts';
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
  const note = post.note_tweet ?? post.note_post;
  const entities = note?.entities ?? post.entities;
  return {
    id: post.id,
    authorId: post.author_id,
    text: readableText(note?.text ?? post.text ?? '', linksIn(entities)),
    occurredAt: isoTime(post.created_at),
    rootId: post.conversation_id ?? inReplyToId ?? post.id,
    inReplyToId,
    addresseeId: post.in_reply_to_user_id ?? idIn(included(inReplyToId ?? quotedId), 'author_id'),
    quotedId,
    quotedText: textIn(included(quotedId), 'text'),
    copies: copiesIn(
      queued.posts.flatMap((each) => idIn(objectOf(each), 'id') ?? []),
      quotedId,
    ),
    isRepost: referenced('retweeted') !== undefined,
    earlierIds: (post.edit_history_tweet_ids ?? post.edit_history_post_ids ?? []).filter(
      (id) => id !== post.id,
    ),
    language: languageOf(post.lang),
    attachments: attachmentsOf(post, queued),
  };
}

/** One attachment for each media key the post names, whether or not X sent the file's description along. */
function attachmentsOf({ attachments }: PostV2, { media }: Queued) {
  return (attachments?.media_keys ?? []).map((key) => {
    const described = media.find(({ media_key }) => media_key === key);
    return described ? attachmentOf(described) : missingFile();
  });
}

function fromV1(post: PostV1): Post {
  const full = post.extended_tweet;
  const media = (full?.extended_entities ?? post.extended_entities)?.media ?? [];
  const text = full?.full_text ?? post.full_text ?? post.text ?? '';
  const links = linksIn(
    full?.entities ?? post.entities,
    media.map(({ url }) => url),
  );
  return {
    id: post.id_str,
    authorId: post.user.id_str,
    text: readableText(text, links),
    occurredAt: isoTime(post.created_at),
    // v1.1 has no conversation id; the post answered is the best name of the thread it gives.
    rootId: post.in_reply_to_status_id_str ?? post.id_str,
    inReplyToId: post.in_reply_to_status_id_str,
    addresseeId: post.in_reply_to_user_id_str,
    quotedId: post.quoted_status_id_str,
    quotedText: post.quoted_status?.text,
    copies: copiesIn(
      post.quoted_status ? [post.quoted_status_id_str ?? ''].filter(Boolean) : [],
      post.quoted_status_id_str,
    ),
    isRepost: post.retweeted_status !== undefined,
    earlierIds: [],
    language: languageOf(post.lang),
    attachments: media.map(attachmentOf),
  };
}

/** X sends the posts along that a post answers or quotes; only the quoted one is shown. */
function copiesIn(ids: readonly string[], quotedId: string | undefined): Post['copies'] {
  return [...new Set(ids)].map((providerMessageId) => ({
    providerMessageId,
    ...(providerMessageId === quotedId ? { quoted: true as const } : {}),
  }));
}

/** `und` is X's word for a language it did not recognise (BCP 47). */
function languageOf(language: string | undefined): string | undefined {
  return language === 'und' ? undefined : language;
}
