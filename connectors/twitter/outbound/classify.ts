import { type AccountTrouble, accountTroubleOf } from '#connectors/twitter/api/account-troubles';
import { type ReadRefusal, readRefusal } from '#connectors/twitter/api/problem';
import { rateLimitWaitSeconds } from '#connectors/twitter/rate-limit';
import type { SendOutcome } from '#shared/connector/sender';
import type { HttpResult } from '#shared/http-attempt';
import type { DeliveryError } from '#shared/model/delivery-status';
import { sentId } from './answer.ts';
import { openOutcome, type Rule, rules, unknownRefusal } from './refusals.ts';
import type { TwitterRequest } from './request.ts';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** Reads the outcome from the body of an answer with 2xx. */
export function accepted(body: unknown): SendOutcome {
  const providerMessageId = sentId(body);
  if (providerMessageId) return { kind: 'sent', providerMessageId };
  const title = 'X took the message and named no id for it';
  return { kind: 'uncertain', error: { code: 'outcome_unknown', title, retryable: false } };
}

type Refused = Exclude<SendOutcome, { readonly kind: 'sent' }>;

/**
 * Reads the outcome from any other answer of X to one send of this kind. Pure: the time of a rate limit is reckoned from
 * the answer's own `Date`. `mayHaveArrived`: the outcome of an
 * earlier attempt at this very message was unknown.
 */
export function refused(
  answer: Answer,
  of?: TwitterRequest['kind'],
  mayHaveArrived = false,
): Refused {
  const { status } = answer;
  const refusal = readRefusal(answer.text);
  const providerCode = refusal.providerCode ?? `http_${status}`;
  if (openOutcome.status?.(status)) return outcomeOf(openOutcome, providerCode, answer.headers);
  const trouble = accountTroubleOf(status, refusal);
  if (trouble) return paused(trouble, providerCode);
  const fitting = rules.filter((each) => each.of === undefined || each.of === of);
  const rule = fitting.find((each) => matches(each, status, refusal)) ?? unknownRefusal;
  const outcome = outcomeOf(rule, providerCode, answer.headers);
  const isRepeated = rule.code === 'duplicate_content' && mayHaveArrived;
  return isRepeated ? alreadyThere(outcome.error) : outcome;
}

function paused({ code, title, waitSeconds }: AccountTrouble, providerCode: string): Refused {
  const error = { code, title, providerCode, retryable: true };
  return {
    ...{ kind: 'account_paused', error },
    ...(waitSeconds ? { retryAfterSeconds: waitSeconds } : {}),
  };
}

function outcomeOf(rule: Rule, providerCode: string, headers: Headers): Refused {
  const { kind, code, title, advice, waitSeconds } = rule;
  const error = {
    ...{ code, title, providerCode, retryable: kind === 'not_sent' },
    ...(advice ? { advice: { action: advice, channel: 'twitter' as const } } : {}),
  };
  if (kind !== 'not_sent') return { kind, error };
  const retryAfterSeconds = waitSeconds ?? rateLimitWaitSeconds(headers);
  return { kind, error, retryAfterSeconds, isRateLimit: true };
}

/**
 * X refuses the same post twice, so after an attempt with an unknown outcome the refusal proves that an earlier one arrived. Its id is not
 * in the answer; the activity of our own account brings it.
 */
function alreadyThere(error: DeliveryError): SendOutcome & { readonly kind: 'uncertain' } {
  const title = 'X holds this post already: an earlier attempt arrived';
  return { kind: 'uncertain', error: { ...error, title, retryable: false } };
}

function matches(rule: Rule, status: number, { codes, words }: ReadRefusal): boolean {
  return (
    (rule.status?.(status) ?? false) ||
    (rule.codes?.some((code) => codes.includes(code)) ?? false) ||
    (rule.words?.test(words) ?? false)
  );
}
