import * as z from 'zod/mini';
import { answerIn, type BotApiAnswer } from '#connectors/telegram/bot-api';
import { messageIdIn } from '#connectors/telegram/provider-id';
import type { SendOutcome } from '#shared/connector/sender';
import { type HttpResult, retryAfterField } from '#shared/http-attempt';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ErrorCode } from '#shared/model/error-code';

type HttpAnswer = Pick<Extract<HttpResult, { kind: 'answer' }>, 'status' | 'headers' | 'text'>;

const Sent = z.object({ message_id: z.number(), chat: z.object({ id: z.number() }) });

interface Refusal {
  readonly kind: 'failed' | 'account_paused';
  readonly code: ErrorCode;
}

/**
 * Refusals by their status: Telegram's `error_code` is the same number, and it has no finer codes. Its descriptions
 * "are subject to change", so those below only name a failure better that is one in any case.
 */
const byStatus: Readonly<Record<number, Refusal>> = {
  401: { kind: 'account_paused', code: 'credentials_rejected' },
  // A token that has not even the form of one, or an address that is not the API's.
  404: { kind: 'account_paused', code: 'credentials_rejected' },
  403: { kind: 'failed', code: 'recipient_unreachable' },
  413: { kind: 'failed', code: 'media_too_large' },
};

const byDescription: readonly (readonly [RegExp, ErrorCode])[] = [
  // It quotes the button's address, in which any words may stand.
  [/inline keyboard button/i, 'request_rejected'],
  [/chat not found|user not found|PEER_ID_INVALID/i, 'invalid_recipient'],
  [/(message|caption) is too long/i, 'text_too_long'],
  [/file is too big/i, 'media_too_large'],
  [
    /HTTP URL|file.identifier|PHOTO_|IMAGE_|(MEDIA|DOCUMENT)_INVALID|(wrong|can't \w+) (type|file)|web ?page/i,
    'media_rejected',
  ],
];

/** Reads the outcome of an attempt. Only Telegram's own answer is believed. */
export function classify(given: HttpAnswer, bot: string): SendOutcome {
  const { status } = given;
  const answer = answerIn(given.text);
  if (status === 200 && answer?.ok) return sent(answer.result, bot) ?? unknown(status);
  if (!answer || answer.ok || status < 400 || status >= 500) return unknown(status);
  return refusal(given, answer);
}

function sent(result: unknown, bot: string): SendOutcome | undefined {
  const { data } = Sent.safeParse(result);
  if (!data) return undefined;
  return { kind: 'sent', providerMessageId: messageIdIn(bot, data.chat.id, data.message_id) };
}

function refusal({ status, headers }: HttpAnswer, answer: BotApiAnswer): SendOutcome {
  const { description = `HTTP ${status}`, parameters } = answer;
  const error = (code: ErrorCode, retryable = false): DeliveryError => ({
    ...{
      code,
      title: description.slice(0, 300).toWellFormed(),
      providerCode: String(status),
      retryable,
    },
  });
  if (status === 429) {
    const { retry_after } = parameters ?? {};
    const wait =
      retry_after === undefined ? retryAfterField(headers) : { retryAfterSeconds: retry_after };
    return { kind: 'not_sent', ...wait, error: error('provider_throttled', true) };
  }
  if (parameters?.migrate_to_chat_id !== undefined) {
    return { kind: 'failed', error: error('invalid_recipient') };
  }
  const { kind, code } = byStatus[status] ?? { kind: 'failed', code: codeOf(description) };
  return { kind, error: error(code) };
}

function codeOf(description: string): ErrorCode {
  return byDescription.find(([pattern]) => pattern.test(description))?.[1] ?? 'request_rejected';
}

/** Telegram can be asked neither to send once nor what it has sent. */
function unknown(status: number): SendOutcome {
  const title = `HTTP ${status} from Telegram: it may have been sent`;
  const providerCode = String(status);
  return {
    kind: 'uncertain',
    error: { code: 'outcome_unknown', title, providerCode, retryable: false },
  };
}
