import { loopHeader } from '#connectors/email/loop-header';
import { unsubscribeUrl } from '#connectors/email/unsubscribe';
import type { MailRequest } from './render.ts';

/** The values that the headers of a mail need beside it. */
interface Sealing {
  readonly messageId: string;
  readonly seal: string;
  readonly publicUrl: string;
  readonly replyTokenKey: string;
}

/** The headers that say what kind of mail it is, beside those of its people and its thread. */
export function mailHeaders(mail: MailRequest, sealing: Sealing): Record<string, string> {
  return {
    [loopHeader]: sealing.seal,
    ...(mail.isAutomatic ? automaticHeaders(mail) : {}),
    ...(mail.isMarketing ? unsubscribeHeaders(mail, sealing) : {}),
  };
}

/**
 * Tells that no person wrote it (RFC 3834 3.1.7), so that no machine answers; Exchange and older programs go by the
 * other two. A campaign's mail answers nothing.
 */
function automaticHeaders({ isMarketing }: MailRequest): Record<string, string> {
  return {
    'Auto-Submitted': isMarketing ? 'auto-generated' : 'auto-replied',
    'X-Auto-Response-Suppress': 'All',
    Precedence: isMarketing ? 'bulk' : 'auto_reply',
  };
}

/** One-click unsubscription: mail programs post to the address (RFC 8058 3.1). SES signs both headers. */
function unsubscribeHeaders(
  { to: [recipient] }: MailRequest,
  { messageId, publicUrl, replyTokenKey: key }: Sealing,
): Record<string, string> {
  const link = { publicUrl, key, messageId, recipient: recipient?.address ?? '' };
  return {
    'List-Unsubscribe': `<${unsubscribeUrl(link)}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}
