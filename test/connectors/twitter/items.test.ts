import { describe, expect, it } from 'vitest';
import { eventsOf, itemsOf, ownUserId } from './received.ts';

const customerId = '1600000000000000002';
const strangerId = '1700000000000000003';

function directMessage(id: string, senderId = customerId, recipientId = ownUserId) {
  return {
    type: 'message_create',
    id,
    created_timestamp: '1790000000000',
    message_create: {
      sender_id: senderId,
      target: { recipient_id: recipientId },
      message_data: { text: 'hello' },
    },
  };
}

function activity(type: string, payload: unknown, extra: Record<string, unknown> = {}) {
  const filter = { user_id: ownUserId };
  return { data: { event_uuid: '-5', event_type: type, filter, payload, ...extra } };
}

const received = (message: unknown, users: unknown = {}) =>
  activity('dm.received', { direct_message_events: [message], users });

describe('the group of an item', () => {
  it('is the customer, whoever of the two wrote', () => {
    const [inbound] = itemsOf(received(directMessage('1')));
    const [outbound] = itemsOf(received(directMessage('2', ownUserId, customerId)));
    expect(inbound?.groupKey).toEqual([ownUserId, customerId]);
    expect(outbound?.groupKey).toEqual([ownUserId, customerId]);
  });

  it('is the author of a post, and for our own post the one it answers', () => {
    const [mention] = itemsOf(activity('post.mention.create', { id: '3', author_id: customerId }));
    const own = { id: '4', author_id: ownUserId, in_reply_to_user_id: customerId };
    const [answer] = itemsOf(activity('post.create', own));
    expect(mention?.groupKey).toEqual([ownUserId, customerId]);
    expect(answer?.groupKey).toEqual([ownUserId, customerId]);
  });
});

describe('the deduplication id', () => {
  it('is the message’s own, so that a replay under another event id is the same item', () => {
    const [first] = itemsOf(received(directMessage('1')));
    const [replayed] = itemsOf(
      activity('dm.received', received(directMessage('1')).data.payload, { event_uuid: '9' }),
    );
    const [old] = itemsOf({ for_user_id: ownUserId, direct_message_events: [directMessage('1')] });
    expect(replayed?.deduplicationId).toBe(first?.deduplicationId);
    expect(old?.deduplicationId).toBe(first?.deduplicationId);
  });

  it('is one for a post that mentions and answers us at once', () => {
    const post = { id: '3', author_id: customerId };
    const [mention] = itemsOf(activity('post.mention.create', post, { event_uuid: '1' }));
    const [answer] = itemsOf(activity('post.reply.create', post, { event_uuid: '2' }));
    expect(answer?.deduplicationId).toBe(mention?.deduplicationId);
  });

  it('differs between two accounts of ours that share a message', () => {
    const shared = directMessage('1', ownUserId, strangerId);
    const [ours] = itemsOf(received(shared));
    const [theirs] = itemsOf({ for_user_id: strangerId, direct_message_events: [shared] });
    expect(theirs?.deduplicationId).not.toBe(ours?.deduplicationId);
  });

  it('differs between a post and its deletion', () => {
    const [created] = itemsOf(activity('post.create', { id: '3', author_id: ownUserId }));
    const [deleted] = itemsOf(activity('post.delete', { id: '3', author_id: ownUserId }));
    expect(deleted?.deduplicationId).not.toBe(created?.deduplicationId);
  });

  it('is a hash where nothing has an id, equal for equal events only', () => {
    const typing = (sender: string) => ({
      for_user_id: ownUserId,
      direct_message_indicate_typing_events: [{ sender_id: sender }],
    });
    const [one] = itemsOf(typing(customerId));
    const [same] = itemsOf(typing(customerId));
    const [other] = itemsOf(typing(strangerId));
    expect(same?.deduplicationId).toBe(one?.deduplicationId);
    expect(other?.deduplicationId).not.toBe(one?.deduplicationId);
  });
});

describe('the payload of an item', () => {
  const user = (id: string) => ({
    id,
    name: `Name ${id}`,
    username: `u${id}`,
    description: 'long',
  });

  it('holds the two users of a message without their profiles, and nobody else', () => {
    const users = Object.fromEntries(
      [customerId, ownUserId, strangerId].map((id) => [id, { data: user(id) }]),
    );
    const [item] = itemsOf(received(directMessage('1'), users));
    const { description: _, ...trimmed } = user(customerId);
    expect(item?.payload).toMatchObject({ users: [trimmed, { id: ownUserId }] });
    expect(JSON.stringify(item?.payload)).not.toContain('long');
    expect(JSON.stringify(item?.payload)).not.toContain(strangerId);
  });

  it('holds the posts and files a post names, and no others', () => {
    const post = {
      id: '3',
      author_id: customerId,
      referenced_tweets: [{ type: 'replied_to', id: '2' }],
      attachments: { media_keys: ['3_1'] },
    };
    const includes = {
      tweets: [{ id: '2', author_id: ownUserId }, { id: '3' }, { id: '99' }],
      media: [{ media_key: '3_1' }, { media_key: '3_99' }],
      users: [user(customerId), user(strangerId)],
    };
    const [item] = itemsOf(activity('post.reply.create', post, { includes }));
    expect(item?.payload).toMatchObject({
      posts: [{ id: '2' }],
      media: [{ media_key: '3_1' }],
      users: [{ id: customerId }],
    });
    expect(JSON.stringify(item?.payload)).not.toContain('99');
  });

  it('survives users named like parts of every object', () => {
    const body = `{"for_user_id":"${ownUserId}","direct_message_events":[${JSON.stringify(directMessage('1', '__proto__'))}],"users":{"__proto__":{"name":"x"}},"constructor":[{}]}`;
    const items = itemsOf(body);
    expect(items).toHaveLength(2);
    expect(({} as { name?: string }).name).toBeUndefined();
  });
});

describe('a malformed event', () => {
  it('leaves its neighbours alone', () => {
    const good = received(directMessage('1')).data;
    const items = itemsOf({ data: [good, null, { event_type: 5 }, good] });
    expect(items.map(({ unreadable }) => unreadable !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const old = { for_user_id: ownUserId, direct_message_events: [null, directMessage('2')] };
    expect(itemsOf(old)).toHaveLength(2);
  });
});

describe('an id that X writes as a number', () => {
  it('keeps all its digits', () => {
    const [item] = itemsOf(
      `{"data":{"event_uuid":-9,"event_type":"post.mention.create","filter":{"user_id":${ownUserId}},"payload":{"id":2200000000000000051,"author_id":${customerId},"text":"hi","referenced_tweets":[{"type":"replied_to","id":2200000000000000053}]}}}`,
    );
    expect(item?.groupKey).toEqual([ownUserId, customerId]);
    expect(item && eventsOf(item)).toMatchObject([
      {
        providerMessageId: '2200000000000000051',
        inReplyToProviderMessageId: '2200000000000000053',
      },
    ]);
  });

  it('is the text beside it, where a program has rounded the number', () => {
    const id = 2200000000000000000;
    const post = {
      ...{ id, id_str: '2200000000000000051', author_id: id, author_id_str: customerId },
      ...{ in_reply_to_user_id: id, in_reply_to_user_id_str: ownUserId, text: 'hi' },
    };
    const [item] = itemsOf(activity('post.reply.create', post));
    expect(item?.groupKey).toEqual([ownUserId, customerId]);
    expect(item && eventsOf(item)).toMatchObject([
      {
        providerMessageId: '2200000000000000051',
        customer: { identities: [{ address: customerId }] },
      },
    ]);
  });

  it('costs a body nothing that is nested deeper than the stack', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const [item] = itemsOf(
      `{"data":{"event_type":"dm.read","filter":{"user_id":"${ownUserId}"},"payload":{"x":${deep}}}}`,
    );
    expect(item?.unreadable).toBeUndefined();
  });
});

describe('the deletion of a post', () => {
  it('stays in order behind the post of its author', () => {
    const [created] = itemsOf(activity('post.mention.create', { id: '3', author_id: customerId }));
    const [deleted] = itemsOf(activity('post.delete', { id: '3', author_id: customerId }));
    expect(deleted?.groupKey).toEqual(created?.groupKey);
  });
});
