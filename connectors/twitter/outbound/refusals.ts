import type { SendOutcome } from '#shared/connector/sender';
import type { Advice } from '#shared/model/delivery-status';
import type { ErrorCode } from '#shared/model/error-code';

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
  readonly kind: Exclude<SendOutcome['kind'], 'sent'>;
  readonly code: ErrorCode;
  readonly title: string;
  readonly waitSeconds?: number;
  /** The other way to reach the customer: only where the refusal is about this way, and not about the account. */
  readonly advice?: Advice['action'];
}

/**
 * The first that fits decides: rules that leave the outcome open come first, then the account's troubles, then the
 * message's.
 */
export const rules: readonly Rule[] = [
  {
    status: (status) => status >= 500 || status === 408 || (status >= 300 && status < 400),
    kind: 'uncertain',
    code: 'outcome_unknown',
    title: 'X failed without saying whether it took the message',
  },
  {
    status: (status) => status === 402,
    words: /credits[- ]depleted/i,
    kind: 'account_paused',
    code: 'credits_depleted',
    title: 'the X app has no API credits left',
    // Every call is refused until the operator pays: one an hour is enough to notice.
    waitSeconds: 3600,
  },
  {
    status: (status) => status === 429,
    codes: [88],
    kind: 'not_sent',
    code: 'provider_throttled',
    title: 'the account has reached a rate limit of X',
  },
  {
    status: (status) => status === 401,
    codes: [32, 89, 135, 215],
    kind: 'account_paused',
    code: 'credentials_rejected',
    title: 'X does not accept the credentials of this account',
  },
  {
    codes: [453],
    words:
      /oauth1? app permissions|oauth1-permissions|client-forbidden|unsupported-authentication/i,
    kind: 'account_paused',
    code: 'app_not_permitted',
    title: 'the X app lacks the permission or access level to send',
  },
  {
    codes: [326],
    words: /account is (temporarily )?locked/i,
    kind: 'account_paused',
    code: 'account_locked',
    title: 'X has locked this account; a person must sign in to it at x.com',
  },
  {
    codes: [226],
    words: /might be automated/i,
    kind: 'account_paused',
    code: 'looks_automated',
    title: 'X takes what this account sends for the work of a machine, and refuses it for now',
  },
  {
    codes: [64],
    words: /account is (temporarily )?suspended/i,
    kind: 'account_paused',
    code: 'account_restricted',
    title: 'X has suspended or restricted this account; a person must sign in to it',
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
    words: /cannot send messages to|not permitted to (dm|send)/i,
    kind: 'failed',
    code: 'recipient_unreachable',
    title: 'this user takes no direct messages from the account',
    advice: 'reply_in_public',
  },
  {
    codes: [186, 354],
    words: /needs to be a bit shorter|text of your direct message is over/i,
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
