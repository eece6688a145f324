import type { SendOutcome } from '#shared/connector/sender';
import type { Advice } from '#shared/model/delivery-status';
import type { ErrorCode } from '#shared/model/error-code';
import type { TwitterRequest } from './request.ts';

/** One kind of refusal: how it is known, and what it means for the message. Any one of the three marks is enough. */
export interface Rule {
  readonly status?: (status: number) => boolean;
  /** v1.1 error codes (developer.x.com, "Response codes"). */
  readonly codes?: readonly number[];
  /**
   * X's own words; v2 problems often differ in nothing else. Duplicates, credits and not being summoned were seen in
   * recorded answers, the others are as remembered from v1.1 and not seen in v2.
   */
  readonly words?: RegExp;
  /** Only for a direct message, or only for a post; absent for both. */
  readonly of?: TwitterRequest['kind'];
  readonly kind: Exclude<SendOutcome['kind'], 'sent' | 'account_paused'>;
  readonly code: ErrorCode;
  readonly title: string;
  readonly waitSeconds?: number;
  /** The other way to reach the customer: only where the refusal is about this way, and not about the account. */
  readonly advice?: Advice['action'];
}

/** X's headers name only the short window. With 20 attempts this outlasts the day in which a reply is tried. */
const dailyLimitWaitSeconds = 5400;

/** Leaves the outcome open, whatever the body says. */
export const openOutcome: Rule = {
  status: (status) => status >= 500 || status === 408 || (status >= 300 && status < 400),
  kind: 'uncertain',
  code: 'outcome_unknown',
  title: 'X failed without saying whether it took the message',
};

/** The first that fits decides, after `openOutcome` and the troubles of the account (api/account-troubles.ts). */
export const rules: readonly Rule[] = [
  {
    status: (status) => status === 429,
    codes: [88],
    kind: 'not_sent',
    code: 'provider_throttled',
    title: 'the account has reached a rate limit of X',
  },
  {
    codes: [185, 344],
    kind: 'not_sent',
    code: 'daily_limit_reached',
    title: 'the account has reached a limit that X sets for a day',
    waitSeconds: dailyLimitWaitSeconds,
  },
  {
    codes: [187],
    words: /duplicate content|status is a duplicate/i,
    kind: 'failed',
    code: 'duplicate_content',
    title: 'X refuses a post with the same text as an earlier one',
  },
  {
    codes: [385],
    words: /deleted or not visible/i,
    kind: 'failed',
    code: 'post_unavailable',
    title: 'the post that is answered was deleted, or X does not show it to this account',
    advice: 'reply_in_private',
  },
  {
    codes: [433],
    words: /restricted who can reply/i,
    kind: 'failed',
    code: 'replies_restricted',
    title: 'the author of the post lets only some people answer, and this account is none of them',
    advice: 'reply_in_private',
  },
  {
    words:
      /only reply to or quote posts where you are mentioned|reply to this conversation is not allowed/i,
    kind: 'failed',
    code: 'reply_not_allowed',
    title: 'X allows this app to answer only posts that mention or quote the account',
    advice: 'reply_in_private',
  },
  {
    words: /not permitted to attach this media|media id.* invalid|invalid media/i,
    kind: 'failed',
    code: 'media_rejected',
    title: 'X does not take this file with the message',
  },
  {
    codes: [150, 151, 349],
    words: /cannot send messages to|not permitted to (dm|send)|permission to dm/i,
    kind: 'failed',
    code: 'recipient_unreachable',
    title: 'this user takes no direct messages from the account',
    advice: 'reply_in_public',
  },
  {
    // X publishes no meaning. Senders saw it while the same call to others went through, and take it for a limit of X.
    of: 'dm',
    words: /this operation is not permitted/i,
    kind: 'failed',
    code: 'declined_by_channel',
    title: 'X does not permit this direct message, and does not say why',
    advice: 'reply_in_public',
  },
  {
    words: /maximum of one cashtag/i,
    kind: 'failed',
    code: 'limit_exceeded',
    title: 'X takes one cashtag in a post of this app',
    advice: 'reply_in_private',
  },
  {
    codes: [186, 354],
    words:
      /needs to be a bit shorter|(tweet|post) text is too long|text of your direct message is over/i,
    kind: 'failed',
    code: 'text_too_long',
    title: 'X counts the text as too long',
  },
];

/** Any other 4xx: X did not take the message, and the same request would fare no better. */
export const unknownRefusal: Rule = {
  kind: 'failed',
  code: 'request_rejected',
  title: 'X refused the message',
};
