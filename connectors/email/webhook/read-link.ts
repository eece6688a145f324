import type { Account } from '#connectors/email/account';
import type { Credentials } from '#connectors/email/credentials';
import { readAddress } from '#connectors/email/mail-address';
import { replyToken, tokenAlias } from '#connectors/email/reply-token';
import { readUnsubscribeToken } from '#connectors/email/unsubscribe';
import type { LinkContext, LinkRequest } from '#shared/connector/unsubscribe-link';
import type { WebhookItem } from '#shared/connector/webhook';
import { entryOfMessageId } from '#shared/ids';

/**
 * Reads the link of a mail into the item that says who unsubscribes; undefined unless one of the keys has signed it. The
 * same link counts once a day: a customer who has subscribed again since then can use it again.
 */
export function readLink(
  { token, receivedAt }: LinkRequest,
  { account, credentials }: LinkContext<Account, Credentials>,
): WebhookItem | undefined {
  for (const { replyTokenKey: key } of credentials) {
    const read = readUnsubscribeToken(token, key);
    const conversationId = entryOfMessageId(read?.messageId ?? '')?.conversationId;
    const recipient = readAddress(read?.recipient ?? '');
    if (!read || conversationId === undefined || recipient === undefined) continue;
    const id = `unsubscribe:${read.messageId}:${recipient}:${receivedAt.slice(0, 10)}`;
    return {
      groupKey: [account.address, recipient],
      deduplicationId: id,
      payload: {
        ...{ kind: 'unsubscribe', id, recipient },
        // The mail registered this name of its conversation when it was sent.
        follows: tokenAlias(replyToken(conversationId, account.address, key)),
      },
    };
  }
  return undefined;
}
