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
