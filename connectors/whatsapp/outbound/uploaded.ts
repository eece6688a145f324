import { textOf } from '#connectors/whatsapp/item';
import type { SendOutcome, UploadOutcome } from '#shared/connector/sender';
import type { HttpResult } from '#shared/http-attempt';
import { isObject, objectOf, parsedJson } from '#shared/json';
import type { SendRequest } from './send-request.ts';

export interface UploadAnswers {
  /** The member of a good answer that holds the file's id. */
  readonly idName: string;
  /** Sorts any other answer. */
  readonly classify: (answer: Extract<HttpResult, { kind: 'answer' }>) => SendOutcome;
  /** Says what a good answer without an id is. */
  readonly withoutId: string;
}

/**
 * The end of an upload: the request with the file's id in it, or a reason. The customer sees nothing of an
 * upload, so one whose outcome is unknown is simply made again: it counts as not sent.
 */
export function uploaded(
  request: SendRequest,
  result: HttpResult,
  { idName, classify, withoutId }: UploadAnswers,
): UploadOutcome<SendRequest> {
  const mediaId = idIn(result, idName);
  if (mediaId !== undefined) return { kind: 'uploaded', request: withMediaId(request, mediaId) };
  const outcome: SendOutcome = result.kind === 'answer' ? classify(result) : result;
  switch (outcome.kind) {
    case 'failed':
    case 'account_paused':
    case 'not_sent':
      return outcome;
    case 'uncertain':
      return { kind: 'not_sent', error: outcome.error };
    case 'sent':
      return {
        kind: 'not_sent',
        error: { code: 'provider_failed', title: withoutId, retryable: true },
      };
  }
}

function idIn(result: HttpResult, name: string): string | undefined {
  if (result.kind !== 'answer' || result.status < 200 || result.status > 299) return undefined;
  return textOf(objectOf(parsedJson(result.text))[name]);
}

/** The object named after the message's type shows the file. */
export function withMediaId({ phoneNumberId, body }: SendRequest, mediaId: string): SendRequest {
  const type = textOf(body['type']) ?? '';
  const shown = isObject(body[type]) ? body[type] : {};
  return { phoneNumberId, body: { ...body, [type]: { id: mediaId, ...shown } } };
}
