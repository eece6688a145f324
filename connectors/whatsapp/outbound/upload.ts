import type { Account } from '#connectors/whatsapp/account';
import type { Credentials } from '#connectors/whatsapp/credentials';
import { isObject, objectOf, textOf } from '#connectors/whatsapp/json-values';
import type { SendContext, SendOutcome, UploadOutcome } from '#shared/connector/sender';
import type { HttpResult } from '#shared/http-attempt';
import { classify } from './classify.ts';
import { postToNumber } from './send.ts';
import type { SendRequest } from './send-request.ts';

/**
 * Hands a file over to Meta, which keeps it for 30 days for this number (business-phone-numbers/media, "Upload
 * media"), and puts the id it gave into the request. The customer sees nothing of an upload, so one whose outcome
 * is unknown is simply made again: it counts as not sent.
 */
export async function upload(
  request: SendRequest,
  bytes: Uint8Array,
  context: SendContext<Account, Credentials>,
): Promise<UploadOutcome<SendRequest>> {
  const { file, phoneNumberId } = request;
  if (!file) return { kind: 'uploaded', request };
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', file.contentType);
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: file.contentType });
  form.set('file', blob, file.fileName ?? 'file');
  const result = await postToNumber(phoneNumberId, 'media', form, context);
  const mediaId = idIn(result);
  return mediaId === undefined
    ? notUploaded(result)
    : { kind: 'uploaded', request: withMediaId(request, mediaId) };
}

function idIn(result: HttpResult): string | undefined {
  if (result.kind !== 'answer' || result.status < 200 || result.status > 299) return undefined;
  try {
    return textOf(objectOf(JSON.parse(result.text))['id']);
  } catch {
    return undefined;
  }
}

function notUploaded(result: HttpResult): UploadOutcome<SendRequest> {
  const outcome: SendOutcome = result.kind === 'answer' ? classify(result) : result;
  switch (outcome.kind) {
    case 'failed':
    case 'account_paused':
    case 'not_sent':
      return outcome;
    case 'uncertain':
      return { kind: 'not_sent', error: outcome.error };
    case 'sent': {
      const title = 'the upload was answered as if it were a message';
      return { kind: 'not_sent', error: { code: 'provider_failed', title, retryable: true } };
    }
  }
}

/** The object named after the message's type shows the file. */
export function withMediaId({ phoneNumberId, body }: SendRequest, mediaId: string): SendRequest {
  const type = textOf(body['type']) ?? '';
  const shown = isObject(body[type]) ? body[type] : {};
  return { phoneNumberId, body: { ...body, [type]: { id: mediaId, ...shown } } };
}
