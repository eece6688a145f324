import { mediaV1, shortLink } from '#infra/local/simulators/twitter/media/forms';
import { writtenText } from '#infra/local/simulators/twitter/messages/text';
import type { State, StoredMessage, StoredPost } from '#infra/local/simulators/twitter/state';
import type { SimulatedUser } from '#infra/local/simulators/twitter/users';

/** One event as the older Account Activity API has it. */
export type OldEvent = Readonly<Record<string, unknown>>;

/** The body of that API's webhook. The withdrawal of access names no user at its top. */
export function accountActivityBody(event: OldEvent, userId: string | undefined): OldEvent {
  return 'user_event' in event ? event : { for_user_id: userId, ...event };
}

export function oldDirectMessage(event: object, { from, to }: StoredMessage): OldEvent {
  const users = { [from.id]: oldUser(from), [to.id]: oldUser(to) };
  return { direct_message_events: [event], users };
}

/** A post in the v1.1 form. */
export function oldPost(post: StoredPost, state: State, base: string): OldEvent {
  return { tweet_create_events: [postV1(post, state, base)] };
}

export function oldDeletion(post: StoredPost, at: Date): OldEvent {
  const status = { id: post.id, user_id: post.author.id };
  return { tweet_delete_events: [{ status, timestamp_ms: String(at.getTime()) }] };
}

export function oldRevocation(userId: string, at: Date): OldEvent {
  const revoke = {
    date_time: at.toISOString().replace(/\.\d+Z$/, '+00:00'),
    target: { app_id: '1' },
    source: { user_id: userId },
  };
  return { user_event: { revoke } };
}

function postV1(post: StoredPost, state: State, base: string): object {
  const { id, at, author, inReplyTo, quotes, files } = post;
  const text = writtenText(post);
  const link = shortLink(files[0]?.mediaId ?? '0');
  const indices = [text.length - link.length, text.length] as const;
  const media = files.map((file) => ({ ...mediaV1(file, base, indices), url: link }));
  const mentioned = post.mentions.flatMap((userId) => state.users.get(userId) ?? []);
  const user_mentions = mentioned.map((user) => ({
    ...{ id: Number(user.id), id_str: user.id, name: user.name, screen_name: user.username },
  }));
  const quoted = state.posts.get(quotes ?? '');
  return {
    ...{ created_at: oldTime(at), id: Number(id), id_str: id, text, truncated: false },
    user: { ...oldUser(author), id: Number(author.id), id_str: author.id },
    in_reply_to_status_id_str: inReplyTo?.postId ?? null,
    in_reply_to_user_id_str: inReplyTo?.userId ?? null,
    entities: { hashtags: [], symbols: [], urls: [], user_mentions },
    lang: 'en',
    ...(media.length > 0 ? { extended_entities: { media } } : {}),
    ...(quotes ? { quoted_status_id_str: quotes } : {}),
    ...(quoted ? { quoted_status: { id_str: quoted.id, text: writtenText(quoted) } } : {}),
  };
}

function oldUser({ id, name, username }: SimulatedUser) {
  return { id, name, screen_name: username };
}

/** `Wed Oct 10 20:19:24 +0000 2018` */
function oldTime(at: Date): string {
  const [weekday, day, month, year, time] = at.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} +0000 ${year}`;
}
