import { textOf } from '#connectors/aws-sms/json-text';
import type { SendOutcome } from '#shared/connector/sender';
import type { HttpResult } from '#shared/http-attempt';
import { isObject, type JsonObject, objectOf, parsedJson } from '#shared/json';
import { allMessages } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type Meaning, meaningOf } from './exceptions.ts';

type Answer = Extract<HttpResult, { kind: 'answer' }>;

/**
 * Reads the outcome from an answer of `SendTextMessage` or `SendMediaMessage`. Only two are certain: a message id, and
 * a refusal in AWS's own form, whose `Reason` says more than its name. `sender` is our number.
 */
export function classify({ status, headers, text }: Answer, sender: string): SendOutcome {
  const parsed = parsedJson(text);
  const body = objectOf(parsed);
  if (status >= 200 && status < 300) return accepted(body);
  const name = exceptionName(headers, body);
  if (name === undefined) return uncertain(status, isObject(parsed));
  const reason = textOf(body['Reason']);
  const meaning = meaningOf(name, reason, status);
  const error: DeliveryError = {
    code: meaning.code,
    title: titleOf(name, body),
    providerCode: reason ?? name,
    retryable: meaning.kind !== 'failed',
  };
  return outcomeOf(meaning, error, sender);
}

function outcomeOf(meaning: Meaning, error: DeliveryError, sender: string): SendOutcome {
  const { kind, code, waitSeconds, accountTrouble } = meaning;
  const trouble = accountTrouble ? { accountTrouble } : {};
  switch (kind) {
    case 'failed':
      return {
        kind,
        error,
        ...trouble,
        ...(code === 'recipient_opted_out' ? optOut(error, sender) : {}),
      };
    case 'not_sent':
      return {
        kind,
        error,
        ...(waitSeconds === undefined ? {} : { retryAfterSeconds: waitSeconds }),
      };
    default:
      return { kind, error };
  }
}

/** The number stands on the opt-out list of our sender. */
function optOut({ providerCode = '' }: DeliveryError, sender: string) {
  const refusal = { category: allMessages, state: 'revoked', evidence: providerCode } as const;
  return { consent: { ...refusal, source: 'delivery_error', sender } as const };
}

function accepted(body: JsonObject): SendOutcome {
  const providerMessageId = textOf(body['MessageId']);
  if (providerMessageId !== undefined) return { kind: 'sent', providerMessageId };
  const title = 'AWS said yes, but named no message';
  return { kind: 'uncertain', error: { code: 'outcome_unknown', title, retryable: true } };
}

/** An answer without a name of an exception may be a proxy's. */
function uncertain(status: number, isJson: boolean): SendOutcome {
  const form = isJson ? 'JSON that names no exception' : 'no JSON';
  const title = `an answer with status ${status}, ${form}`;
  return { kind: 'uncertain', error: { code: 'outcome_unknown', title, retryable: true } };
}

/** `com.amazonaws.pinpointsmsvoicev2#ConflictException` in the body (AWS JSON 1.0, "Operation error"). */
function exceptionName(headers: Headers, body: JsonObject): string | undefined {
  const given = textOf(body['__type']) ?? headers.get('x-amzn-errortype') ?? '';
  return given.replace(/:.*$/, '').replace(/^.*#/, '') || undefined;
}

/** AWS's sentence without the numbers in it, cut after a sentence or two: more could hold a customer's text. */
function titleOf(name: string, body: JsonObject): string {
  const message = textOf(body['Message']) ?? textOf(body['message']);
  return (message === undefined ? `AWS answered ${name}` : `${name}: ${message}`)
    .replace(/\+?\d{7,}/g, '…')
    .slice(0, 300)
    .toWellFormed();
}
