import type { Declaration } from '#shared/connector/declaration';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { prices } from './prices.ts';

/** X: direct messages, and public posts that mention, answer or quote the account. */
export const declaration = {
  title: 'X (Twitter)',
  channels: {
    twitter: {
      // The v2 send request knows no quick replies, and media would need X's own upload first.
      replyContent: ['text'],
      /** A post answers a post. A direct message quotes nothing. */
      publicReplyFields: { inReplyToMessageId: ['text'] },
      /**
       * The limit of a direct message. A public reply has the account's own `maxPostLength`, 280 weighted
       * characters by default, and `render` refuses a longer one: a chain of posts would need the id of the post
       * before, and X allows one automated reply for each interaction (developer guidelines).
       */
      maxTextLength: 10_000,
      maxTextParts: 1,
    },
  },
  receives: 'webhook',
  catchesUp: true,
  looksUpAttempts: true,
  namesEarlierMessages: true,
  /**
   * The limit of direct messages, 15 in 15 minutes for each user (x-api/rate-limits); at that pace the 1,440 of a
   * day hold too. Posts may go faster, 100 in 15 minutes, but an account has one bucket. X's windows are fixed and a
   * bucket fills all the time, so a burst at the end of one window may meet a 429 in the next: surely not sent, and
   * it names its own wait.
   */
  pacing: { perSecond: 15 / 900, burst: 15 },
  prices,
  apiUrl: 'https://api.x.com',
  account: Account,
  credentials: Credentials,
} satisfies Declaration;
