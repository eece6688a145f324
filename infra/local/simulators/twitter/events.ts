import { createHmac, randomBytes } from 'node:crypto';
import type { SimulatedAccount, Webhook } from '#infra/local/simulators/simulator';
import {
  type OldEvent,
  oldDeletion,
  oldDirectMessage,
  oldPost,
  oldRevocation,
} from './activity/account-activity.ts';
import { mediaV1, shortLink } from './media/forms.ts';
import { inclusionsOf, postV2 } from './messages/post-form.ts';
import { escaped } from './messages/text.ts';
import type { State, StoredMessage, StoredPost } from './state.ts';

/** One event of an account, as the X Activity API tells it, and as the older API does where it can. */
export interface Activity {
  readonly type: string;
  readonly uuid: string;
  readonly payload: unknown;
  readonly includes?: unknown;
  readonly old?: OldEvent;
  /** The user whose event it is, where that is not the account which it concerns. */
  readonly userId?: string;
}

/** `dm.received` or `dm.sent`: the v1.1 event inside the envelope, profiles nested under `data`. */
export function directMessageActivity(
  type: 'dm.received' | 'dm.sent',
  message: StoredMessage,
  base: string,
): Activity {
  const { from, to } = message;
  const users = { [from.id]: { data: from }, [to.id]: { data: to } };
  const event = directMessageV1(message, base);
  const payload = { direct_message_events: [event], users };
  return { type, uuid: newUuid(), payload, old: oldDirectMessage(event, message) };
}

/** X's ids of events are numbers of 64 bits with a sign. */
function newUuid(): string {
  return String(randomBytes(8).readBigInt64BE());
}

/** The v1.1 event of a direct message. Its file is a link at the end of the text, and an attachment. */
function directMessageV1({ id, from, to, text, at, files }: StoredMessage, base: string) {
  const [file] = files;
  const link = file && shortLink(file.mediaId);
  const written = escaped([text, link].filter(Boolean).join(' '));
  const indices = [written.length - (link?.length ?? 0), written.length] as const;
  const media = file && mediaV1(file, base, indices);
  const urls = media
    ? [{ url: link, expanded_url: link, display_url: media.display_url, indices }]
    : [];
  return {
    type: 'message_create',
    id,
    created_timestamp: String(at.getTime()),
    message_create: {
      target: { recipient_id: to.id },
      sender_id: from.id,
      message_data: {
        text: written,
        entities: { hashtags: [], symbols: [], user_mentions: [], urls },
        ...(media ? { attachment: { type: 'media', media } } : {}),
      },
    },
  };
}

/** The events by which X tells of one post: `post.create`, `post.mention.create` and their like. */
export function postActivities(
  types: readonly string[],
  post: StoredPost,
  state: State,
  base: string,
): readonly Activity[] {
  const inReplyTo = post.inReplyTo ? { in_reply_to_tweet_id: post.inReplyTo.postId } : {};
  const payload = { ...postV2(post, state), ...inReplyTo };
  const includes = inclusionsOf([post], state, base);
  const old = oldPost(post, state, base);
  return types.map((type) => ({ type, uuid: newUuid(), payload, includes, old }));
}

/** `post.delete`, an event of the author. */
export function deletionActivity(post: StoredPost, at: Date): Activity {
  const payload = { id: post.id, author_id: post.author.id };
  const includes = { users: [{ data: post.author }] };
  const old = oldDeletion(post, at);
  return { type: 'post.delete', uuid: newUuid(), payload, includes, old, userId: post.author.id };
}

/** `oauth.revoke`; X tells it without a filter. */
export function revocationActivity(userId: string, at: Date): Activity {
  const date_time = at.toISOString().replace(/\.\d+Z$/, '+00:00');
  const payload = { date_time, user_id: userId, app_id: '1' };
  return { type: 'oauth.revoke', uuid: newUuid(), payload, old: oldRevocation(userId, at) };
}

/** An event that has no form of its own here. */
export function anyActivity(type: string, payload: unknown, includes: unknown): Activity {
  return { type, uuid: newUuid(), payload, ...(includes ? { includes } : {}) };
}

/** The body of a webhook for one subscription. */
export function activityBody(
  { type, uuid, payload, includes }: Activity,
  userId: string | undefined,
  tag: string,
) {
  return {
    data: {
      event_uuid: uuid,
      filter: userId === undefined || type === 'oauth.revoke' ? {} : { user_id: userId },
      event_type: type,
      tag,
      payload,
      ...(includes ? { includes } : {}),
    },
  };
}

/** A webhook as X signs it: HMAC-SHA256 over the bytes, keyed with the app's consumer secret. X never repeats one. */
export function signedWebhook(url: string, account: SimulatedAccount, event: unknown): Webhook {
  const body = JSON.stringify(event);
  const signature = createHmac('sha256', account.credentials['consumerSecret'] ?? '')
    .update(body)
    .digest('base64');
  return {
    ...{ url, body, repeats: false },
    headers: {
      'content-type': 'application/json',
      'x-twitter-webhooks-signature': `sha256=${signature}`,
    },
  };
}
