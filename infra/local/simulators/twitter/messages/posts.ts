import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { oweActivity } from '#infra/local/simulators/twitter/activity/own';
import { duplicate, invalidRequest, json, readBody } from '#infra/local/simulators/twitter/answers';
import type { Call } from '#infra/local/simulators/twitter/call';
import { attachable, fileOf, fitTogether } from '#infra/local/simulators/twitter/media/attached';
import { keepPublicFile } from '#infra/local/simulators/twitter/media/files';
import { CreatePost } from '#infra/local/simulators/twitter/requests';
import { brandOf } from '#infra/local/simulators/twitter/users';
import { keepPost } from './keep-post.ts';
import { recordSend } from './sends.ts';

/** `POST /2/tweets`, of an answer. */
export function createPost(call: Call): ApiAnswer {
  const body = readBody(CreatePost, call.request);
  if ('refusal' in body) return body.refusal;
  const { world, state, account } = call;
  const { text = '', reply, media } = body.value;
  const to = reply.in_reply_to_tweet_id;
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
