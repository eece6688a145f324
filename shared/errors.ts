import type { Advice } from './model/delivery-status.ts';
import type { ErrorCode } from './model/error-code.ts';

/** Every failure this system names, its HTTP status, and if trying again can help. */
export const failures = {
  unknown_account: { httpStatus: 404, retryable: false },
  unknown_conversation: { httpStatus: 404, retryable: false },
  body_too_large: { httpStatus: 413, retryable: false },
  unsupported_media_type: { httpStatus: 415, retryable: false },
  unreadable_payload: { httpStatus: 400, retryable: false },
  invalid_reply: { httpStatus: 400, retryable: false },
  invalid_signal: { httpStatus: 400, retryable: false },
  reply_id_reused: { httpStatus: 409, retryable: false },
  not_accepted: { httpStatus: 409, retryable: true },
  reply_window_closed: { httpStatus: 409, retryable: false },
  recipient_opted_out: { httpStatus: 409, retryable: false },
  recipient_suppressed: { httpStatus: 409, retryable: false },
  automatic_reply_refused: { httpStatus: 409, retryable: false },
  recipient_unreachable: { httpStatus: 422, retryable: false },
  invalid_recipient: { httpStatus: 422, retryable: false },
  content_not_supported: { httpStatus: 422, retryable: false },
  media_not_found: { httpStatus: 422, retryable: false },
  media_too_large: { httpStatus: 422, retryable: false },
  media_rejected: { httpStatus: 422, retryable: false },
  personal_data: { httpStatus: 422, retryable: false },
  text_too_long: { httpStatus: 422, retryable: false },
  limit_exceeded: { httpStatus: 422, retryable: false },
  misconfigured: { httpStatus: 503, retryable: true },
  unavailable: { httpStatus: 503, retryable: true },
} as const satisfies Partial<
  Record<ErrorCode, { readonly httpStatus: number; readonly retryable: boolean }>
>;

export type FailureCode = keyof typeof failures;

/** A failure with a code from the table. The message says what was given and what is allowed; it holds no secrets. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError';
  readonly code: FailureCode;
  /** The other way to reach the customer, where there is one. */
  readonly advice?: Advice;

  constructor(
    code: FailureCode,
    message: string,
    { advice, ...options }: { cause?: unknown; advice?: Advice } = {},
  ) {
    super(message, options);
    this.code = code;
    if (advice) this.advice = advice;
  }
}
