import { rateLimitWaitSeconds } from '#connectors/twitter/rate-limit';
import type { SendOutcome } from '#shared/connector/sender';
import type { HttpResult } from '#shared/http-attempt';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type ReadRefusal, readRefusal, sentId } from './answer.ts';
import { type Rule, rules, unknownRefusal } from './refusals.ts';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/** Reads the outcome from the body of an answer with 2xx. */
export function accepted(body: unknown): SendOutcome {
  const providerMessageId = sentId(body);
  if (providerMessageId) return { kind: 'sent', providerMessageId };
  const title = 'X took the message and named no id for it';
  return { kind: 'uncertain', error: { code: 'outcome_unknown', title, retryable: false } };
}

/**
 * Reads the outcome from any other answer of X to one send. Pure: the time of a rate limit is reckoned from the answer's
 * own `Date`. `attempt` counts from 1.
 */
export function refused(
  answer: Answer,
  attempt: number,
): Exclude<SendOutcome, { readonly kind: 'sent' }> {
  const refusal = readRefusal(answer.text);
  const rule = rules.find((each) => matches(each, answer.status, refusal)) ?? unknownRefusal;
  const error = {
    code: rule.code,
    title: rule.title,
    providerCode: refusal.providerCode ?? `http_${answer.status}`,
    retryable: rule.kind === 'not_sent' || rule.kind === 'account_paused',
    ...(rule.advice ? { advice: { action: rule.advice, channel: 'twitter' as const } } : {}),
  };
  if (rule.code === 'duplicate_content' && attempt > 1) return alreadyThere(error);
  return outcomeOf(rule, error, answer.headers);
}

function outcomeOf(
  rule: Rule,
  error: DeliveryError,
  headers: Headers,
): Exclude<SendOutcome, { readonly kind: 'sent' }> {
  switch (rule.kind) {
    case 'failed':
    case 'uncertain':
      return { kind: rule.kind, error };
    case 'not_sent':
      return {
        ...{ kind: rule.kind, error, retryAfterSeconds: rateLimitWaitSeconds(headers) },
        isRateLimit: true,
      };
    case 'account_paused': {
      const { waitSeconds } = rule;
      return { kind: rule.kind, error, ...(waitSeconds ? { retryAfterSeconds: waitSeconds } : {}) };
    }
  }
}

/**
 * X refuses the same post twice, so on a second attempt the refusal proves that an earlier one arrived. Its id is not
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
