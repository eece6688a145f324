import { createHash, createHmac } from 'node:crypto';
import type { SimulatedAccount, Webhook } from '#infra/local/simulators/simulator';

export interface SimulatedUser {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

/** Our own account, as X knows it. */
export function brandOf({ address, settings }: SimulatedAccount): SimulatedUser {
  const username = String(settings['username'] ?? 'brand');
  return { id: address, username, name: username };
}

/** A customer: a numeric id is taken as it is, a handle gets one that stays the same. */
export function customerNamed(from: string, name?: string): SimulatedUser {
  const handle = from.replace(/^@/, '');
  if (/^\d+$/.test(handle)) {
    return { id: handle, username: `user_${handle.slice(-6)}`, name: name ?? `User ${handle}` };
  }
  const digest = createHash('sha256').update(handle.toLowerCase()).digest();
  const id = String(10n ** 18n + (digest.readBigUInt64BE() % 10n ** 18n));
  return { id, username: handle, name: name ?? handle };
}

/** An id as X makes them: milliseconds since its epoch, then a counter (announcing-snowflake, 2010). */
export function snowflake(now: Date, sequence: number): string {
  return String(((BigInt(now.getTime()) - 1288834974657n) << 22n) + BigInt(sequence % 4096));
}

export interface SimulatedDirectMessage {
  readonly id: string;
  readonly from: SimulatedUser;
  readonly to: SimulatedUser;
  readonly text: string;
  readonly at: Date;
}

/** `dm.received` or `dm.sent`: the v1.1 event inside the X Activity API's envelope, profiles nested under `data`. */
export function directMessageActivity(
  type: 'dm.received' | 'dm.sent',
  { id, from, to, text, at }: SimulatedDirectMessage,
  ownUserId: string,
) {
  const event = {
    type: 'message_create',
    id,
    created_timestamp: String(at.getTime()),
    message_create: {
      target: { recipient_id: to.id },
      sender_id: from.id,
      message_data: {
        text: escaped(text),
        entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] },
      },
    },
  };
  const users = { [from.id]: { data: from }, [to.id]: { data: to } };
  return activity(type, ownUserId, { direct_message_events: [event], users }, id);
}

export interface SimulatedPost {
  readonly id: string;
  readonly author: SimulatedUser;
  readonly text: string;
  readonly at: Date;
  readonly conversationId?: string;
  readonly inReplyTo?: { readonly postId: string; readonly userId: string | undefined };
}

/** `post.create` or `post.mention.create`: a v2 post, its author among the inclusions. */
export function postActivity(
  type: 'post.create' | 'post.mention.create',
  { id, author, text, at, conversationId, inReplyTo }: SimulatedPost,
  ownUserId: string,
) {
  const payload = {
    id,
    author_id: author.id,
    text: escaped(text),
    created_at: at.toISOString(),
    conversation_id: conversationId ?? id,
    edit_history_tweet_ids: [id],
    lang: 'en',
    ...(inReplyTo
      ? {
          in_reply_to_tweet_id: inReplyTo.postId,
          in_reply_to_user_id: inReplyTo.userId,
          referenced_tweets: [{ type: 'replied_to', id: inReplyTo.postId }],
        }
      : {}),
  };
  return activity(type, ownUserId, payload, id, { users: [author] });
}

function activity(
  type: string,
  ownUserId: string,
  payload: unknown,
  id: string,
  includes?: unknown,
) {
  return {
    data: {
      event_uuid: id,
      filter: { user_id: ownUserId },
      event_type: type,
      tag: 'simulator',
      payload,
      ...(includes ? { includes } : {}),
    },
  };
}

/** X escapes these three, and no others. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A webhook as X signs it: HMAC-SHA256 over the bytes, keyed with the app's consumer secret. */
export function signedWebhook(account: SimulatedAccount, event: unknown): Webhook {
  const body = JSON.stringify(event);
  const signature = createHmac('sha256', account.credentials['consumerSecret'] ?? '')
    .update(body)
    .digest('base64');
  return {
    url: account.webhookUrl,
    headers: {
      'content-type': 'application/json',
      'x-twitter-webhooks-signature': `sha256=${signature}`,
    },
    body,
  };
}
