import type { Account } from '#connectors/email/account';
import { mailbox } from '#connectors/email/mailbox';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { hashOf } from '#shared/ids';
import { marketingMessages } from '#shared/model/consent';
import type { UnsubscribePayload } from './payload.ts';

/**
 * Makes the notice of a customer who unsubscribed by the link of one of our mails, in the conversation of that mail. The
 * link was signed for this address, so the word is taken for its owner's. It is for campaigns of this mailbox alone:
 * answers still go out.
 */
export function parseUnsubscribe(
  { id, recipient, follows }: UnsubscribePayload,
  { address }: Account,
): ChannelMessage {
  const providerMessageId = hashOf(id);
  return {
    ...{ kind: 'message', channel: 'email', direction: 'inbound', visibility: 'private' },
    providerMessageId,
    business: mailbox(address),
    customer: { identities: [mailbox(recipient)] },
    thread: {
      key: providerMessageId,
      follows: [{ providerMessageId: follows, proof: 'secret' }],
    },
    content: { type: 'notice', kind: 'unsubscribed' },
    text: '[unsubscribed]',
    attachments: [],
    opensReplyWindow: false,
    consent: {
      ...{ category: marketingMessages, state: 'revoked', sender: address },
      ...{ evidence: 'List-Unsubscribe=One-Click', source: 'unsubscribe' },
    },
  };
}
