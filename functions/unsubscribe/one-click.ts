import type { WebhookRequest } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { mediaType } from '#shared/http';

/** The field of a form of several parts. */
const part = /\bname="?List-Unsubscribe"?[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\nOne-Click\r\n/i;

/** Tells if a body says `List-Unsubscribe=One-Click`. Throws `unsupported_media_type` for one that is no form. */
export function isOneClick({ headers, body }: WebhookRequest): boolean {
  const type = mediaType(headers);
  if (type === 'application/x-www-form-urlencoded') {
    return new URLSearchParams(body.toString('utf8')).get('List-Unsubscribe') === 'One-Click';
  }
  if (type === 'multipart/form-data') return part.test(body.toString('latin1'));
  const allowed = 'application/x-www-form-urlencoded, multipart/form-data';
  throw new ConnectorError('unsupported_media_type', `given: ${type}; allowed: ${allowed}`);
}
