import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { oweActivity } from '#infra/local/simulators/twitter/activity/own';
import {
  duplicate,
  invalidRequest,
  json,
  notSummoned,
  postUnavailable,
  readBody,
} from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { attachable, fileOf, fitTogether } from '#infra/local/simulators/twitter/media/attached';
import { keepPublicFile } from '#infra/local/simulators/twitter/media/files';
import { createPostOf } from '#infra/local/simulators/twitter/requests';
import { brandOf } from '#infra/local/simulators/twitter/users';
import { keepPost } from './keep-post.ts';
import { recordSend } from './sends.ts';

/** `POST /2/tweets`, of an answer. */
export function createPost(call: Call): ApiAnswer {
  const body = readBody(createPostOf(maxLengthOf(call)), call.request);
  if ('refusal' in body) return body.refusal;
  const { world, state, account } = call;
  const { text = '', reply, media } = body.value;
  const to = reply.in_reply_to_tweet_id;
  const refusal = replyRefusal(to, call);
  if (refusal) return refusal;
  const mediaIds = media?.media_ids ?? [];
  const uploads = mediaIds.flatMap((mediaId) => attachable(mediaId, 'tweet', call) ?? []);
  if (uploads.length < mediaIds.length || !fitTogether(uploads)) {
    return invalidRequest('Your media IDs are invalid.', { 'media.media_ids': mediaIds });
  }
  if (uploads.length === 0 && world.sent.some((sent) => sent.to === to && sent.text === text)) {
    return duplicate;
  }
  const at = world.now();
  const author = brandOf(account);
  state.users.set(author.id, author);
  const files = uploads.map((upload) => keepPublicFile(fileOf(upload), state));
  const { id } = keepPost({ author, text, at, inReplyTo: to, files }, state);
  recordSend({ id, to, text, files }, call, at);
  oweActivity(id, account, world);
  return json(201, { data: { id, text, edit_history_tweet_ids: [id] } });
}

/** Premium accounts may write longer posts. */
function maxLengthOf({ account }: Call): number {
  const setting = account.settings['maxPostLength'];
  return typeof setting === 'number' ? setting : 280;
}

/** The reason why X lets this account not answer this post. A post that is not known here counts as a stranger's. */
function replyRefusal(postId: string, { state, account, world }: Call): ApiAnswer | undefined {
  if (state.deletedPosts.has(postId)) return postUnavailable;
  if (!conditionsOf(world).summoned) return undefined;
  const post = state.posts.get(postId);
  const isOurs = (id: string | undefined) =>
    state.posts.get(id ?? '')?.author.id === account.address;
  const isSummons = post?.mentions.includes(account.address) || isOurs(post?.quotes);
  return isSummons || isOurs(postId) ? undefined : notSummoned;
}
