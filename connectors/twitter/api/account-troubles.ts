import type { ErrorCode } from '#shared/model/error-code';
import type { ReadRefusal } from './problem.ts';

/** One kind of refusal that every call of the account meets. Any one of the three marks is enough. */
export interface AccountTrouble {
  readonly status?: (status: number) => boolean;
  /** v1.1 error codes (developer.x.com, "Response codes"). */
  readonly codes?: readonly number[];
  readonly words?: RegExp;
  readonly code: ErrorCode;
  readonly title: string;
  readonly waitSeconds?: number;
}

/** Every call is refused until a person acts: one an hour is enough to notice. */
const waitSeconds = 3600;

/** A spending limit that the operator has set is reached. X answers 403 (seen 2026-04 to 2026-09). */
export const spendingLimit = /spend(?:ing)? ?cap/i;
export const noCredits = /credits[- ]?depleted|\/problems\/credits\b/i;
export const usedUp = /usage-capped|usage ?cap ?exceeded/i;

/** The first that fits decides. */
export const accountTroubles: readonly AccountTrouble[] = [
  {
    words: spendingLimit,
    code: 'credits_depleted',
    title: 'the X account has reached its spending limit',
    waitSeconds,
  },
  {
    status: (status) => status === 402,
    words: noCredits,
    code: 'credits_depleted',
    title: 'the X app has no API credits left',
    waitSeconds,
  },
  {
    words: usedUp,
    code: 'credits_depleted',
    title: 'the X account has used up what its plan includes',
    waitSeconds,
  },
  {
    status: (status) => status === 401,
    codes: [32, 89, 135, 215],
    code: 'credentials_rejected',
    title: 'X does not accept the credentials of this account',
  },
  {
    codes: [261, 416, 453],
    words:
      /oauth1? app permissions|oauth1-permissions|client-forbidden|unsupported-authentication/i,
    code: 'app_not_permitted',
    title: 'X has suspended the app, or the app lacks the permission or access level',
  },
  {
    codes: [326],
    words: /account is (temporarily )?locked/i,
    code: 'account_locked',
    title: 'X has locked this account; a person must sign in to it at x.com',
  },
  {
    codes: [226],
    words: /might be automated/i,
    code: 'looks_automated',
    title: 'X takes what this account sends for the work of a machine, and refuses it for now',
  },
  {
    codes: [64],
    words: /account is ((temporarily )?suspended|not permitted to access this feature)/i,
    code: 'account_restricted',
    title: 'X has suspended or restricted this account; a person must sign in to it',
  },
];

/** The trouble of the account that a refusal tells of; its title names the day that X names. */
export function accountTroubleOf(
  status: number,
  { codes, statement }: ReadRefusal,
): AccountTrouble | undefined {
  const found = accountTroubles.find(
    (each) =>
      (each.status?.(status) ?? false) ||
      (each.codes?.some((code) => codes.includes(code)) ?? false) ||
      (each.words?.test(statement) ?? false),
  );
  const day = /\bcycle begins on (\d{4}-\d{2}-\d{2})/.exec(statement)?.[1];
  if (!found || day === undefined) return found;
  return { ...found, title: `${found.title}; X names ${day} as the begin of the next cycle` };
}
