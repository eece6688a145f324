import { createHmac } from 'node:crypto';
import type { SimulatedAccount, Webhook } from '#infra/local/simulators/simulator';
import { mediaV1, shortLink } from './media/forms.ts';
import { inclusionsOf, postV2 } from './messages/post-form.ts';
import { escaped } from './messages/text.ts';
import type { State, StoredMessage, StoredPost } from './state.ts';

/** An id as X makes them: milliseconds since its epoch, then a counter (announcing-snowflake, 2010). */
export function snowflake(now: Date, sequence: number): string {
  return String(((BigInt(now.getTime()) - 1288834974657n) << 22n) + BigInt(sequence % 4096));
}

/** One event of an account, as the X Activity API tells it. */
export interface Activity {
  readonly type: string;
  readonly uuid: string;
  readonly payload: unknown;
  readonly includes?: unknown;
}

/** `dm.received` or `dm.sent`: the v1.1 event inside the envelope, profiles nested under `data`. */
export function directMessageActivity(
  type: 'dm.received' | 'dm.sent',
  message: StoredMessage,
  base: string,
): Activity {
  const { id, from, to } = message;
  const users = { [from.id]: { data: from }, [to.id]: { data: to } };
  const payload = { direct_message_events: [directMessageV1(message, base)], users };
  return { type, uuid: id, payload };
}

/** The v1.1 event of a direct message. Its file is a link at the end of the text, and an attachment. */
export function directMessageV1({ id, from, to, text, at, files }: StoredMessage, base: string) {
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

/** `post.create`, `post.mention.create` and their like: a v2 post, with what it names among the inclusions. */
export function postActivity(type: string, post: StoredPost, state: State, base: string): Activity {
  const inReplyTo = post.inReplyTo ? { in_reply_to_tweet_id: post.inReplyTo.postId } : {};
  return {
    ...{ type, uuid: post.id },
    payload: { ...postV2(post, state), ...inReplyTo },
    includes: inclusionsOf([post], state, base),
  };
}

/** The body of a webhook for one subscription. */
export function activityBody(
  { type, uuid, payload, includes }: Activity,
  userId: string,
  tag: string,
) {
  return {
    data: {
      event_uuid: uuid,
      filter: { user_id: userId },
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
