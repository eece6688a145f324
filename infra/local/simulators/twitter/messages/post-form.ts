import { mediaV2, shortLink } from '#infra/local/simulators/twitter/media/forms';
import type { State, StoredPost } from '#infra/local/simulators/twitter/state';
import { writtenText } from './text.ts';

/** A post as v2 writes it, with all the fields that are simulated. Numbers of likes and their kind are left out. */
export function postV2(post: StoredPost, state: State) {
  const { id, author, at, conversationId, inReplyTo, quotes, earlierIds, files } = post;
  const references = [
    ...(inReplyTo ? [{ type: 'replied_to', id: inReplyTo.postId }] : []),
    ...(quotes ? [{ type: 'quoted', id: quotes }] : []),
  ];
  return {
    id,
    text: writtenText(post),
    edit_history_tweet_ids: [...earlierIds, id],
    author_id: author.id,
    created_at: at.toISOString(),
    conversation_id: conversationId,
    lang: 'en',
    entities: entitiesOf(post, state),
    edit_controls: {
      edits_remaining: 5 - earlierIds.length,
      is_edit_eligible: true,
      editable_until: new Date(at.getTime() + 3_600_000).toISOString(),
    },
    reply_settings: 'everyone',
    ...(inReplyTo?.userId ? { in_reply_to_user_id: inReplyTo.userId } : {}),
    ...(references.length > 0 ? { referenced_tweets: references } : {}),
    ...(files.length > 0 ? { attachments: { media_keys: files.map(({ key }) => key) } } : {}),
  };
}

function entitiesOf(post: StoredPost, state: State) {
  const text = writtenText(post);
  const named = new Map(
    [...state.users.values()].map((user) => [user.username.toLowerCase(), user]),
  );
  const mentions = [...text.matchAll(/(?<![\w@])@(\w{1,20})/g)].map(
    ({ 0: whole, 1: name = '', index }) => {
      const id = named.get(name.toLowerCase())?.id;
      return { start: index, end: index + whole.length, username: name, ...(id ? { id } : {}) };
    },
  );
  const urls = post.files.map(({ mediaId, key }) => {
    // All files of a post share one link.
    const url = shortLink(post.files[0]?.mediaId ?? mediaId);
    const start = text.length - url.length;
    const display_url = url.replace('https://t.co', 'pic.x.com');
    return { start, end: text.length, url, expanded_url: url, display_url, media_key: key };
  });
  return {
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(urls.length > 0 ? { urls } : {}),
  };
}

/** The users, posts and files that these posts name, as `includes` has them. */
export function inclusionsOf(posts: readonly StoredPost[], state: State, base: string) {
  const referenced = posts
    .flatMap(({ inReplyTo, quotes }) => [inReplyTo?.postId, quotes])
    .flatMap((id) => state.posts.get(id ?? '') ?? []);
  const userIds = [...posts, ...referenced].flatMap(({ author, inReplyTo }) => [
    author.id,
    inReplyTo?.userId ?? author.id,
  ]);
  const users = [...new Set(userIds)].flatMap((id) => state.users.get(id) ?? []);
  const media = posts.flatMap(({ files }) => files.map((file) => mediaV2(file, base)));
  const tweets = [...new Set(referenced)].map((post) => postV2(post, state));
  return {
    ...(users.length > 0 ? { users } : {}),
    ...(tweets.length > 0 ? { tweets } : {}),
    ...(media.length > 0 ? { media } : {}),
  };
}
