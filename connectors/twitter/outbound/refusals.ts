import type { SendOutcome } from '#shared/connector/sender';
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
    codes: [64, 226, 326],
    words: /account is (temporarily )?(locked|suspended)|might be automated/i,
    kind: 'account_paused',
    code: 'account_restricted',
    title: 'X has locked or restricted this account; a person must sign in to it',
  },
  {
    codes: [187],
    words: /duplicate content|status is a duplicate/i,
    kind: 'failed',
    code: 'duplicate_content',
    title: 'X refuses a post with the same text as an earlier one',
  },
  {
    codes: [385, 433],
    words:
      /only reply to or quote posts where you are mentioned|reply to this conversation is not allowed|deleted or not visible/i,
    kind: 'failed',
    code: 'reply_not_allowed',
    title:
      'X allows this app to answer only posts that mention or quote the account; try a direct message',
  },
  {
    codes: [150, 151, 349],
    words: /cannot send messages to|not permitted to (dm|send)/i,
    kind: 'failed',
    code: 'recipient_unreachable',
    title: 'this user takes no direct messages from the account',
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
