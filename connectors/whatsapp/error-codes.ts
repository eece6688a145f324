import type { ErrorCode } from '#shared/model/error-code';

/**
 * The meaning of Meta's error codes for a message (support/error-codes, 12 December 2025). Meta asks to decide on the
 * code, never on title, subcode or HTTP status: rate limits come as HTTP 400, lost registrations as 500.
 */
export interface ErrorFamily {
  /** `server`: Meta's own fault; whether the message went out is known only where the HTTP status says "refused". */
  readonly outcome: 'account_paused' | 'not_sent' | 'failed' | 'server';
  /** Ours, stable. */
  readonly code: ErrorCode;
  /** The people who run the account are told, although it is not paused. */
  readonly accountTrouble?: true;
  /** Meta's own wait, where it names one. */
  readonly waitSeconds?: number;
  readonly providerCodes: readonly number[];
}

const families: readonly ErrorFamily[] = [
  // No retry can help until the operator changes the token, the permissions or the registration.
  {
    outcome: 'account_paused',
    code: 'credentials_rejected',
    providerCodes: [0, 3, 10, 190, 131005, 131045, 133006, 133010],
  },
  // Policy, lock, payment, display name, deleted number, payments terms.
  {
    outcome: 'account_paused',
    code: 'account_restricted',
    providerCodes: [33, 368, 131031, 131037, 131042, 131044, 134011],
  },
  // The number's quality is too low; hammering makes it worse.
  {
    outcome: 'account_paused',
    code: 'sending_restricted',
    waitSeconds: 3600,
    providerCodes: [131048],
  },
  // The limit of messages to new people, or to groups, is reached: other messages still go out.
  {
    outcome: 'not_sent',
    code: 'sending_restricted',
    accountTrouble: true,
    waitSeconds: 3600,
    providerCodes: [131064, 131208],
  },
  { outcome: 'not_sent', code: 'provider_throttled', providerCodes: [4, 80007, 130429] },
  // "Wait 4^X seconds, X = 0, 1, 2 …" (about-the-platform); `classify` counts the attempts.
  { outcome: 'not_sent', code: 'recipient_throttled', waitSeconds: 4, providerCodes: [131056] },
  // Maintenance, or the upgrade to a higher throughput: at most a minute.
  { outcome: 'not_sent', code: 'provider_unavailable', waitSeconds: 60, providerCodes: [131057] },
  // The template is being synchronised: try again in ten minutes.
  { outcome: 'not_sent', code: 'template_unavailable', waitSeconds: 600, providerCodes: [134101] },
  {
    outcome: 'server',
    code: 'provider_unavailable',
    providerCodes: [1, 2, 131000, 131016, 133004],
  },
  { outcome: 'failed', code: 'reply_window_closed', providerCodes: [131047] },
  { outcome: 'failed', code: 'recipient_opted_out', providerCodes: [131050] },
  { outcome: 'failed', code: 'recipient_country_blocked', providerCodes: [130497] },
  {
    outcome: 'failed',
    code: 'recipient_unreachable',
    providerCodes: [131020, 131021, 131026, 131030, 131041, 131062, 131207, 137000],
  },
  // Meta chose not to deliver marketing to this person; sending again is what it asks not to do.
  {
    outcome: 'failed',
    code: 'marketing_not_delivered',
    providerCodes: [130472, 131049, 131055, 131063, 134100, 134102],
  },
  {
    outcome: 'failed',
    code: 'request_rejected',
    providerCodes: [100, 131008, 131009, 131051, 135000],
  },
  {
    outcome: 'failed',
    code: 'template_rejected',
    providerCodes: [132000, 132001, 132005, 132007, 132012, 132018],
  },
  {
    outcome: 'failed',
    code: 'template_unavailable',
    providerCodes: [132015, 132016, 132068, 132069],
  },
  { outcome: 'failed', code: 'media_rejected', providerCodes: [131052, 131053] },
];

const familyByCode = new Map(
  families.flatMap((family) => family.providerCodes.map((code) => [code, family] as const)),
);

/** The family of one of Meta's codes; undefined for an unknown code. */
export function errorFamily(providerCode: number): ErrorFamily | undefined {
  // 200–299 are "permission denied" of any kind (Graph API, error handling).
  const known = providerCode >= 200 && providerCode <= 299 ? 190 : providerCode;
  return familyByCode.get(known);
}
