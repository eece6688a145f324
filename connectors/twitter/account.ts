import * as z from 'zod/mini';

/** No account may send a longer thread; the declaration says so, too. */
export const maxThreadPosts = 25;

/** The settings of one X account. */
export const Account = z.object({
  /** Our numeric user id: handles change, ids do not. */
  address: z.string().check(z.regex(/^\d{1,19}$/, 'address is the numeric user id')),
  username: z
    .string()
    .check(z.regex(/^\w{1,20}$/, 'username is the handle without @: letters, digits, underscore')),
  /** In X's weighted characters: 280, and up to 25,000 for Premium accounts. */
  maxPostLength: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(25_000)), 280),
  /** A public reply that no post can hold is refused, or goes out as a thread of posts that answer each other. */
  longReplies: z._default(z.enum(['refuse', 'thread']), 'refuse'),
  maxThreadPosts: z._default(z.number().check(z.int(), z.minimum(2), z.maximum(maxThreadPosts)), 5),
  /** The posts of a thread end with their number: `2/3`. */
  numberedPosts: z._default(z.boolean(), false),
  /** In each post: X refuses more than one (`$TSLA`) of apps that are not on Enterprise. */
  maxCashtags: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(100)), 1),
  /** Reading what X's webhooks have not brought (functions/catch-up). */
  catchUp: z.prefault(
    z.strictObject({
      /** US dollars on one day of UTC, by our estimate; 0 turns the reading off. */
      dollarsPerDay: z._default(z.number().check(z.minimum(0), z.maximum(1000)), 1),
      /** Hours before its first run from which it reads: the direct messages that X lists reach back 30 days. */
      hoursBack: z._default(z.number().check(z.minimum(0), z.maximum(720)), 0),
      /** After a gap X is asked to repeat its webhooks before the list of direct messages is read. */
      replay: z._default(z.boolean(), false),
      /** Direct messages are read this often although no gap is known; 0 is never. Each new one is paid once more. */
      directMessagesEveryHours: z._default(z.number().check(z.minimum(0), z.maximum(720)), 0),
    }),
    {},
  ),
});
export type Account = z.infer<typeof Account>;
