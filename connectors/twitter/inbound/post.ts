import { idIn } from '#connectors/twitter/fields';
import type { Queued, User } from '#connectors/twitter/payload';
import { namedUser } from '#connectors/twitter/users';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import type { Thread } from '#shared/connector/thread';
import { jsonOf, objectOf } from '#shared/json';
import { caughtUpMark } from './caught-up.ts';
import { deliveryOf, withDelivery } from './delivery.ts';
import { customerOf, identityOf } from './person.ts';
import { type Post, readPost } from './post-form.ts';
import { type PostPart, partsOf } from './post-parts.ts';

/**
 * Reads one public post: a customer's mention, answer or quote is inbound, our own answer is outbound. The event that
 * brought it decides nothing, since one post may mention and answer us at once. Throws `unreadable_payload`.
 */
export function parsePost(queued: Queued): readonly ChannelEvent[] {
  const post = readPost(queued);
  if (post.isRepost) return [{ kind: 'ignored', reason: 'a repost' }];
  const isOurs = post.authorId === queued.userId;
  const customerId = isOurs ? post.addresseeId : post.authorId;
  if (customerId === undefined || customerId === queued.userId) return withoutCustomer(post);
  const parts = partsOf(queued);
  const text = [post.text, ...parts.map((part) => part.text)].filter(Boolean).join('\n\n');
  const message: ChannelMessage = {
    kind: 'message',
    channel: 'twitter',
    direction: isOurs ? 'outbound' : 'inbound',
    visibility: 'public',
    providerMessageId: post.id,
    business: identityOf(queued.userId),
    customer: customerOf(customerId, usersOf(queued)),
    thread: threadOf(post),
    content: contentOf(post, text, parts),
    text,
    attachments: post.attachments,
    ...detailsOf(post),
    ...(post.earlierIds.length > 0 ? { earlierVersions: post.earlierIds } : {}),
    metadata: { eventType: queued.type, ...editOf(post), ...caughtUpMark(queued) },
  };
  return withDelivery(message);
}

/**
 * An answer that the account wrote, where X does not say to whom, may still be one we sent; any other post is no
 * conversation.
 */
function withoutCustomer({ id, inReplyToId, occurredAt }: Post): readonly ChannelEvent[] {
  return inReplyToId
    ? [deliveryOf({ providerMessageId: id, occurredAt })]
    : [{ kind: 'ignored', reason: 'a post of ours that answers no customer' }];
}

/**
 * The posts that this one follows, as X tells it, the nearest first. The root is among them because a customer may
 * answer deep in a thread of their own, where the post answered is a stranger's.
 */
function threadOf({ id, rootId, inReplyToId, quotedId, earlierIds }: Post): Thread {
  const named = [...earlierIds.toReversed(), inReplyToId, quotedId, rootId];
  const follows = new Set(named.filter((each) => each !== undefined));
  follows.delete(id);
  return {
    key: rootId,
    follows: [...follows].map((providerMessageId) => ({ providerMessageId, proof: 'provider' })),
  };
}

/** A post with a part that the model does not know is shown by its text; the part is kept as X sent it. */
function contentOf(
  { attachments }: Post,
  text: string,
  parts: readonly PostPart[],
): ChannelMessage['content'] {
  const [first] = parts;
  if (first) {
    const raw = jsonOf(parts.length === 1 ? first.raw : parts.map(({ raw: each }) => each));
    return { type: 'unsupported', providerType: first.providerType, raw };
  }
  if (attachments.length === 0) return { type: 'text', text };
  return { type: 'media', ...(text ? { caption: text } : {}) };
}

/** The version of an edited post that this one replaces. X gives each version an id of its own. */
function editOf({ earlierIds }: Post): ChannelMessage['metadata'] {
  const replaced = earlierIds.at(-1);
  return replaced === undefined ? {} : { editOf: replaced };
}

function detailsOf(post: Post): Partial<ChannelMessage> {
  const inReplyTo = post.inReplyToId ?? post.quotedId;
  return {
    ...(post.occurredAt ? { occurredAt: post.occurredAt } : {}),
    ...(inReplyTo ? { inReplyToProviderMessageId: inReplyTo } : {}),
    ...(post.quotedText ? { quotedText: post.quotedText } : {}),
    ...(post.copies.length > 0 ? { copies: post.copies } : {}),
    ...(post.language ? { language: post.language } : {}),
  };
}

/** v1.1 has the author inside the post. */
function usersOf({ users, event }: Queued): readonly User[] {
  const author = objectOf(objectOf(event)['user']);
  const id = idIn(author, 'id');
  return id === undefined ? users : [...users, namedUser(id, author)];
}
