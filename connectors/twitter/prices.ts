import type { PriceTable } from '#shared/model/price';

/** A post that an activity event delivers, and one that a look-up reads. */
const postRead = 0.005;
/** A direct message that an activity event delivers, and one that a look-up reads. */
const messageRead = 0.01;

/**
 * X's prices of pay-per-use, as read on 2026-08-28 (docs.x.com, "Pricing" and "X Activity API event pricing"). X counts a
 * post or a person that is read twice within a day of UTC once, and this table counts each time: there an estimate is
 * too high. What is not counted makes it too low: docs/channels/twitter.md lists that. Two points are not clear:
 *
 * - The introduction of the Activity API bills `post.delete`. Both price lists say "not billed", and are newer.
 * - No page says what a link costs in an answer to a post that mentions us. It is counted as in any other post.
 */
export const prices = {
  asOf: '2026-08-28',
  currency: 'USD',
  perUse: {
    // Delivered by a webhook, by the names of the events.
    'dm.received': messageRead,
    'dm.sent': 0,
    'dm.read': 0,
    'dm.indicate_typing': 0,
    'chat.received': messageRead,
    'chat.sent': 0,
    'post.create': postRead,
    'post.mention.create': postRead,
    'post.reply.create': postRead,
    'post.quote.create': postRead,
    'post.delete': 0,
    // Read by a sweep or a look-up.
    'read:dm': messageRead,
    /** Our own mentions: the price of an "owned read", where the developer's app belongs to the account. */
    'read:mention': 0.001,
    'read:post': postRead,
    'read:user': 0.01,
    /** A file that comes with a listed post or direct message. */
    'read:media': 0.005,
    // Sent.
    'send:dm': 0.015,
    /** An answer to a post that mentions us: the only one that X takes outside of Enterprise. */
    'send:summoned_reply': 0.01,
    /** Any other post: the second and later ones of a thread answer our own. */
    'send:post': 0.015,
    'send:post_with_link': 0.2,
    /** The description of a file (`altText`): one request of media metadata. */
    'send:media_metadata': 0.005,
  },
} as const satisfies PriceTable;
