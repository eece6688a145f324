import type { Declaration, ReplyFields } from '#shared/connector/declaration';
import { Account, maxThreadPosts } from './account.ts';
import { Credentials } from './credentials.ts';
import { prices } from './prices.ts';

const files = {
  'content.attachments': ['text'],
  'content.altText': ['text', 'media'],
} satisfies ReplyFields;

/** X: direct messages, and public posts that mention, answer or quote the account. */
export const declaration = {
  title: 'X (Twitter)',
  channels: {
    twitter: {
      // The v2 send request knows no quick replies.
      replyContent: ['text', 'media'],
      replyFields: files,
      /** A post answers a post. A direct message quotes nothing. */
      publicReplyFields: { ...files, inReplyToMessageId: ['text', 'media'] },
      /** The limit of a direct message. */
      maxTextLength: 10_000,
      maxTextParts: 1,
      /**
       * Those of the longest post of a Premium account, in the longest thread that an account may allow. By default it
       * is one post of 280 weighted characters: `render` knows what the account says.
       */
      publicText: { maxLength: 25_000, maxParts: maxThreadPosts },
      /** Four pictures. A GIF or a video goes alone, and has a limit of its own. */
      maxFilesBytes: 50 * 1024 ** 2,
    },
  },
  receives: 'webhook',
  registersWebhooks: true,
  issuesTokens: true,
  refreshesTokens: true,
  fetchesMedia: true,
  looksUpAttempts: true,
  namesEarlierMessages: true,
  /** X's developer terms: what is deleted on X is deleted wherever it was stored. */
  redactsDeleted: true,
  /**
   * The limits of direct messages: 15 in 15 minutes and 1,440 in 24 hours, for each user (x-api/rate-limits). A whole
   * window may go at once; after that as many a second as keep the day's limit in any 24 hours, that burst included: so
   * only the short window can be used up, never the day. X's windows are fixed and a bucket fills all the time, so
   * the reply after a burst may meet a 429. It was surely not sent, and it names the reset: all others of the bucket
   * wait for that, and then the next whole window goes. A slower bucket would meet no 429, and would send less.
   */
  pacing: { perSecond: (1_440 - 15) / 86_400, burst: 15 },
  /** Posts: 100 in 15 minutes for each user; 10,000 in 24 hours for each app, which this pace keeps for one account. */
  publicPacing: { perSecond: 100 / 900, burst: 100 },
  prices,
  apiUrl: 'https://api.x.com',
  account: Account,
  credentials: Credentials,
} satisfies Declaration;
