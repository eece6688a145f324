import * as z from 'zod';
import { accountTroubleOf, consentOf, deliveryError, errorKind } from '#connectors/twilio/errors';
import type { SendOutcome } from '#shared/connector/sender';
import { type HttpResult, retryAfterSeconds } from '#shared/http-attempt';
import { parsedJson } from '#shared/json';
import type { DeliveryError } from '#shared/model/delivery-status';
import { secondsToMidnight } from './pacific-midnight.ts';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

const Created = z.object({
  sid: z.string().regex(/^(SM|MM)[0-9a-fA-F]{32}$/),
  status: z.string().optional().catch(undefined),
});
/** A message that has failed by the time it is created; `queued` and its like tell nothing more. */
const FailedAtOnce = z.object({
  status: z.enum(['failed', 'undelivered', 'canceled']),
  error_code: z.int(),
});
/** "Twilio's REST API errors": every refusal has this body. */
const Refusal = z.object({ code: z.int() });

/**
 * Reads the outcome from Twilio's answer. Only two are certain: created, and refused with a code of Twilio's. A fault
 * of Twilio's (5xx) or an answer of a proxy in between says nothing about the message. `sender` is the Messaging Service
 * or the address that an opt-out is for. Twilio's answer says whether the message is kept until `sendAt`.
 */
export function classify(answer: Answer, sender: string, sendAt?: Date): SendOutcome {
  const body = parsedJson(answer.text);
  const created = Created.safeParse(body);
  if (isSuccess(answer.status) && created.success) {
    const refused = FailedAtOnce.safeParse(body);
    if (refused.success) return failed(String(refused.data.error_code), sender);
    const { sid: providerMessageId, status } = created.data;
    return { kind: 'sent', providerMessageId, ...keptUntil(status, sendAt) };
  }
  const refusal = Refusal.safeParse(body);
  const code = refusal.success ? String(refusal.data.code) : undefined;
  if (answer.status === 429) return tooMany(answer, code);
  if (answer.status === 401) return { kind: 'account_paused', error: deliveryError('20003') };
  if (answer.status < 400 || answer.status >= 500 || code === undefined) {
    return { kind: 'uncertain', error: unknownOutcome(answer.status, code) };
  }
  return refused(code, answer, sender);
}

/** The time until which Twilio keeps a message of this status. */
export function keptUntil(
  status: string | null | undefined,
  sendAt: Date | undefined,
): { readonly scheduledFor?: string } {
  return status === 'scheduled' && sendAt ? { scheduledFor: sendAt.toISOString() } : {};
}

function refused(code: string, answer: Answer, sender: string): SendOutcome {
  const error = deliveryError(code);
  switch (errorKind(code)) {
    case 'account':
    case 'credentials':
      return { kind: 'account_paused', error };
    case 'transient':
      return { kind: 'not_sent', ...wait(answer), error };
    case 'next_day':
      return { kind: 'not_sent', ...untilTomorrow(answer), error };
    default:
      return failed(code, sender);
  }
}

/**
 * A failure that is not tried again. So is any failure of a message that Twilio has created: its callback says "failed"
 * as well, and a second message would stand under that word. Twilio keeps one list of opt-outs for a Messaging Service,
 * and else one for each number.
 */
function failed(code: string, sender: string): SendOutcome {
  const consent = consentOf(code, sender);
  return {
    ...{ kind: 'failed', error: deliveryError(code) },
    ...(consent ? { consent } : {}),
    ...(accountTroubleOf(code) ? { accountTrouble: true } : {}),
  };
}

/** Carriers count the messages of a day by the clock of the Pacific coast (US A2P 10DLC). */
function untilTomorrow({ headers }: Answer): { retryAfterSeconds?: number } {
  const answeredAt = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(answeredAt) ? {} : { retryAfterSeconds: secondsToMidnight(answeredAt) };
}

/** "Never processed, always safe to retry" (api/errors/20429). */
function tooMany(answer: Answer, code = '20429'): SendOutcome {
  return { kind: 'not_sent', ...wait(answer), error: deliveryError(code) };
}

/**
 * The wait that Twilio asks for. One given as a date is measured against the date of the answer itself, so our clock is
 * not needed.
 */
function wait({ headers }: Answer): { retryAfterSeconds?: number } {
  const answeredAt = Date.parse(headers.get('date') ?? '');
  const seconds = retryAfterSeconds(headers, Number.isNaN(answeredAt) ? Infinity : answeredAt);
  return seconds === undefined ? {} : { retryAfterSeconds: seconds };
}

function unknownOutcome(status: number, code: string | undefined): DeliveryError {
  return {
    code: 'outcome_unknown',
    title: `Twilio answered with status ${status}`,
    ...(code === undefined ? {} : { providerCode: code }),
    retryable: true,
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
