import type { Account } from '#connectors/twitter/account';
import { xClient } from '#connectors/twitter/api/client';
import type { Credentials } from '#connectors/twitter/credentials';
import { idIn, listOf } from '#connectors/twitter/fields';
import { timeOf } from '#connectors/twitter/id-time';
import { postItem } from '#connectors/twitter/post-item';
import type {
  CatchUpContext,
  CatchUpList,
  ListedEntry,
  PageRequest,
  ReadPage,
} from '#shared/connector/catch-up';
import { type JsonObject, objectOf } from '#shared/json';
import { granted } from './call.ts';
import { chargesOf, entryId, type Page, pageOf, readPage } from './page.ts';

/**
 * Posts that mention us. An empty page costs nothing, and 300 pages in 15 minutes are allowed. They are listed without
 * their authors and files, which X charges more for than for the posts: the webhook has brought nearly all of them, and
 * the others are looked up.
 */
export const mentions: CatchUpList = {
  name: 'mentions',
  when: 'always',
  minSecondsApart: 0,
  mostUses: [{ use: 'read:mention', count: 1 }],
  lookUp: {
    most: 100,
    // The post, those that it answers and quotes, and its five edits; the author, and the one answered; four files.
    mostUses: [
      { use: 'read:post', count: 8 },
      { use: 'read:user', count: 2 },
      { use: 'read:media', count: 4 },
    ],
  },
  pages: { least: 5, first: 100, most: 100 },
};

type Context = CatchUpContext<Account, Credentials>;

const fields =
  'attachments,conversation_id,created_at,display_text_range,entities,id,lang,text' as const;
const expansions =
  'attachments.media_keys,attachments.poll_ids,author_id,in_reply_to_user_id' as const;
const oldFields =
  'author_id,edit_history_tweet_ids,in_reply_to_user_id,note_tweet,referenced_tweets';

/** X is renaming tweet to post. Its OpenAPI 2.167 has the new names only; servers before it know the old ones only. */
type Spellings = readonly Readonly<Record<string, string>>[];

const listSpellings: Spellings = [
  { 'post.fields': 'created_at,display_text_range,entities,id,text' },
  {
    'tweet.fields': 'author_id,created_at,display_text_range,entities,id,in_reply_to_user_id,text',
  },
];

const wholeSpellings: Spellings = [
  {
    'post.fields': `${fields},article,article_title,matched_media_notes,note_post`,
    expansions: `${expansions},edit_history_post_ids,referenced_posts`,
  },
  {
    'tweet.fields': `${fields},article,${oldFields}`,
    expansions: `${expansions},referenced_tweets.id`,
  },
];

/** Reads one page of the posts that mention us, newest first: the posts alone. */
export async function readMentions(request: PageRequest, context: Context): Promise<ReadPage> {
  const { v2 } = xClient(context);
  const params = { id: context.account.address };
  const { after, since, token, maxEntries } = request;
  const query = {
    max_results: String(maxEntries),
    ...(after === undefined ? { start_time: `${since.slice(0, 19)}Z` } : { since_id: after }),
    ...(token === undefined ? {} : { pagination_token: token }),
  };
  const result = await spelled(listSpellings, (spelling) =>
    v2.get<unknown>('users/:id/mentions', { ...query, ...spelling }, { params }),
  );
  if (result.kind !== 'answer') return result;
  const page = pageOf(result.answer);
  return readPage(page, entriesOf(page, context), 'read:mention', request);
}

/** Reads posts whole, by their ids: with authors, files and the posts that they answer and quote. */
export async function lookUpMentions(ids: readonly string[], context: Context): Promise<ReadPage> {
  const { v2 } = xClient(context);
  const query = {
    ids: ids.join(','),
    'media.fields': 'alt_text,media_key,preview_image_url,type,url,variants',
    'poll.fields': 'id,options,voting_status',
    'user.fields': 'id,name,protected,username',
  };
  const result = await spelled(wholeSpellings, (spelling) =>
    v2.get<unknown>('tweets', { ...query, ...spelling }),
  );
  if (result.kind !== 'answer') return result;
  const page = pageOf(result.answer);
  const entries = entriesOf(page, context);
  return { kind: 'page', entries, charges: chargesOf('read:post', page) };
}

/** Makes a call in the first spelling, and in the next one where that is refused. */
async function spelled(
  spellings: Spellings,
  call: (spelling: Spellings[number]) => Promise<unknown>,
): Promise<Awaited<ReturnType<typeof granted<unknown>>>> {
  const [spelling = {}, ...others] = spellings;
  const result = await granted(() => call(spelling));
  return result.kind === 'rejected' && others.length > 0 ? spelled(others, call) : result;
}

const entriesOf = ({ data, includes }: Page, { account }: Context) =>
  data.flatMap((post) => entryOf(post, includes, account.address));

function entryOf(post: JsonObject, includes: JsonObject, userId: string): readonly ListedEntry[] {
  const id = entryId(post);
  if (id === undefined) return [];
  const occurredAt = timeOf(post, id);
  if (occurredAt === undefined) return [];
  const authorId = idIn(post, 'author_id');
  const isOwn = authorId === userId;
  return [
    {
      id,
      occurredAt,
      item: postItem({ type: 'post.mention.create', userId, caughtUp: true }, post, includes),
      isOwn,
      isExpected: !isOwn && !isProtected(authorId, includes) && isDelivered(post, userId),
    },
  ];
}

/** Posts of protected accounts are not delivered by webhook. */
function isProtected(authorId: string | undefined, includes: JsonObject): boolean {
  return listOf(includes['users'])
    .map(objectOf)
    .some((user) => user['protected'] === true && idIn(user, 'id') === authorId);
}

/**
 * True for a post that X delivers: one that answers us, or names us itself. An answer to another person that names us
 * only in the list of people answered (before the text that is shown) is not delivered, so it tells of no gap.
 */
function isDelivered(post: JsonObject, userId: string): boolean {
  const answered = idIn(post, 'in_reply_to_user_id');
  if (answered === undefined || answered === userId) return true;
  const [start] = listOf(post['display_text_range']);
  return listOf(objectOf(post['entities'])['mentions'])
    .map(objectOf)
    .some((mention) => idIn(mention, 'id') === userId && Number(mention['start']) >= Number(start));
}
