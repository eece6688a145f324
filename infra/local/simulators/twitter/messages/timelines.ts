import * as z from 'zod';
import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { json, notFound, problem, readQuery } from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import type { StoredPost } from '#infra/local/simulators/twitter/state';
import { mediaFields, pollFields, postExpansions, postFields, userFields } from './fields.ts';
import { namesOf, PageSize, PaginationToken, pageOf } from './page.ts';
import { inclusionsOf, postV2 } from './post-form.ts';

const Id = z.string().regex(/^[0-9]{1,19}$/);

/** The query of a timeline. Strict, as X is. */
const Query = z.strictObject({
  max_results: PageSize(5, 10),
  pagination_token: PaginationToken.optional(),
  since_id: Id.optional(),
  until_id: Id.optional(),
  start_time: z.iso.datetime().optional(),
  end_time: z.iso.datetime().optional(),
  'tweet.fields': namesOf(postFields).optional(),
  'post.fields': namesOf(postFields).optional(),
  expansions: namesOf(postExpansions).default([]),
  'user.fields': namesOf(userFields).optional(),
  'media.fields': namesOf(mediaFields).optional(),
  'poll.fields': namesOf(pollFields).optional(),
});
type Query = z.output<typeof Query>;

/** X lists no more than the newest 800 posts that mention a user. */
const maxMentions = 800;

/** `GET /2/users/{id}/tweets`: the posts of our account, newest first. */
export function listOwnPosts(call: Call): ApiAnswer {
  if (call.ids[0] !== call.account.address) return notFound;
  return list(call, ({ author }) => author.id === call.account.address);
}

/** `GET /2/users/{id}/mentions`: others' posts that name our account, newest first. */
export function listMentions(call: Call): ApiAnswer {
  const [userId = ''] = call.ids;
  if (userId !== call.account.address) {
    return problem(403, 'Forbidden', 'the simulator lists the mentions of its accounts only');
  }
  return list(
    call,
    ({ author, mentions }) => author.id !== userId && mentions.includes(userId),
    maxMentions,
  );
}

function list(
  call: Call,
  isWanted: (post: StoredPost) => boolean,
  most = Number.POSITIVE_INFINITY,
): ApiAnswer {
  const read = readQuery(Query, call.request);
  if ('refusal' in read) return read.refusal;
  const { state, world } = call;
  const posts = [...state.posts.values()].filter(
    (post) => isWanted(post) && isWithin(post, read.value),
  );
  const newestFirst = posts.toReversed().slice(0, most);
  const { max_results, pagination_token } = read.value;
  const { items, meta } = pageOf(newestFirst, max_results, pagination_token);
  if (items.length === 0) return json(200, { meta });
  const data = items.map((post) => selected(postV2(post, state), read.value));
  const ends = { newest_id: items[0]?.id, oldest_id: items.at(-1)?.id };
  const includes = includesOf(items, read.value, call, world.url());
  return json(200, renamed({ data, ...includes, meta: { ...ends, ...meta } }, read.value));
}

function isWithin({ id, at }: StoredPost, query: Query): boolean {
  const { since_id = '0', until_id, start_time, end_time } = query;
  return (
    BigInt(id) > BigInt(since_id) &&
    (until_id === undefined || BigInt(id) < BigInt(until_id)) &&
    (start_time === undefined || at.getTime() >= Date.parse(start_time)) &&
    (end_time === undefined || at.getTime() < Date.parse(end_time))
  );
}

/** The fields that were asked for, by name or because they are to be expanded. */
function selected(post: object, query: Query) {
  const fields: readonly string[] = query['tweet.fields'] ?? query['post.fields'] ?? [];
  const expanded = query.expansions.map((name) => name.split('.')[0]);
  const asked = ['id', 'text', 'edit_history_tweet_ids', ...fields, ...expanded].map((name) =>
    name === 'referenced_posts' ? 'referenced_tweets' : name,
  );
  return Object.fromEntries(Object.entries(post).filter(([name]) => asked.includes(name)));
}

function includesOf(
  posts: readonly StoredPost[],
  { expansions }: Query,
  { state }: Call,
  base: string,
) {
  const { users, tweets, media } = inclusionsOf(posts, state, base);
  const asked = (...names: readonly string[]) => expansions.some((name) => names.includes(name));
  const includes = {
    ...(users && asked('author_id', 'in_reply_to_user_id') ? { users } : {}),
    ...(tweets && asked('referenced_tweets.id', 'referenced_posts') ? { tweets } : {}),
    ...(media && asked('attachments.media_keys') ? { media } : {}),
  };
  return Object.keys(includes).length > 0 ? { includes } : {};
}

/** X has two sets of names; who asks for `post.fields` gets the new one. */
function renamed(answer: object, query: Query): unknown {
  if (query['post.fields'] === undefined) return answer;
  const text = JSON.stringify(answer)
    .replaceAll('"edit_history_tweet_ids":', '"edit_history_post_ids":')
    .replaceAll('"referenced_tweets":', '"referenced_posts":')
    .replaceAll('"tweets":', '"posts":');
  return JSON.parse(text);
}
