import type { Account } from '#connectors/whatsapp/account';
import type { Credentials } from '#connectors/whatsapp/credentials';
import type { SendContext, UploadOutcome } from '#shared/connector/sender';
import { classify } from './classify.ts';
import { postToNumber } from './send.ts';
import type { SendRequest } from './send-request.ts';
import { uploaded } from './uploaded.ts';

/**
 * Hands a file over to Meta, which keeps it for 30 days for this number (business-phone-numbers/media, "Upload
 * media"), and puts the id it gave into the request.
 */
export async function upload(
  request: SendRequest,
  [bytes]: readonly Uint8Array[],
  context: SendContext<Account, Credentials>,
): Promise<UploadOutcome<SendRequest>> {
  const { file, phoneNumberId } = request;
  if (!file || !bytes) return { kind: 'uploaded', request };
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', file.contentType);
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>], { type: file.contentType });
  form.set('file', blob, file.fileName ?? 'file');
  const result = await postToNumber(phoneNumberId, 'media', form, context);
  return uploaded(request, result, {
    idName: 'id',
    classify,
    withoutId: 'the upload was answered as if it were a message',
  });
}
