import type { OutboundReply, ReplyTarget } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import type { Account } from './account.ts';
import { declaration } from './declaration.ts';
import { splitText } from './split-text.ts';

/** One call of `POST /{phone-number-id}/messages`. */
export interface SendRequest {
  readonly phoneNumberId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const { maxTextLength, maxTextParts } = declaration.channels.whatsapp;

/**
 * A reply as Meta wants it, one request for each message the customer will see. Only the first quotes the message
 * being answered; a template never does, because WhatsApp shows no quotation with it.
 *
 * Throws `content_not_supported`, `text_too_long`, or `invalid_reply` for a customer without a usable address.
 */
export function render(
  reply: OutboundReply,
  target: ReplyTarget,
  account: Account,
): readonly SendRequest[] {
  const envelope = { messaging_product: 'whatsapp', ...recipientOf(target) };
  const phoneNumberId = senderOf(target, account);
  return contentsOf(reply, target).map((content) => ({
    phoneNumberId,
    body: { ...envelope, ...content },
  }));
}

function contentsOf({ content }: OutboundReply, target: ReplyTarget): Record<string, unknown>[] {
  switch (content.type) {
    case 'text':
      return splitText(content.text, maxTextLength, maxTextParts).map((body, index) => ({
        type: 'text',
        text: { body, preview_url: false },
        ...(index === 0 ? quotation(target) : {}),
      }));
    case 'template': {
      const { name, language, components } = content;
      // The only policy there is; Meta's OpenAPI requires it, its own examples leave it out.
      const template = { name, language: { policy: 'deterministic', code: language } };
      return [
        {
          type: 'template',
          template: components.length > 0 ? { ...template, components } : template,
        },
      ];
    }
    default:
      throw new ConnectorError(
        'content_not_supported',
        `content.type is "${content.type}"; allowed: ${declaration.channels.whatsapp.replyContent.join(', ')}`,
      );
  }
}

/** Only Meta's own ids can be quoted; a message that came without one has an id of ours. */
function quotation({ inReplyToProviderMessageId: id }: ReplyTarget): Record<string, unknown> {
  return id?.startsWith('wamid.') ? { context: { message_id: id } } : {};
}

/**
 * The first address that can be written to: a phone number as `to`, with the plus sign Meta recommends, a BSUID as
 * `recipient`. A BSUID in `to` is accepted and never delivered. A group conversation answers into its group.
 */
function recipientOf(target: ReplyTarget): Record<string, unknown> {
  if (target.threadKey !== undefined) {
    return { recipient_type: 'group', to: target.threadKey };
  }
  for (const { kind, address } of target.customerIdentities) {
    if (kind === 'phone') {
      return { recipient_type: 'individual', to: `+${address.replace(/^\+/, '')}` };
    }
    if (kind === 'bsuid' || kind === 'parent_bsuid') {
      return { recipient_type: 'individual', recipient: address };
    }
  }
  const kinds = target.customerIdentities.map(({ kind }) => kind).join(', ');
  throw new ConnectorError(
    'invalid_reply',
    `the customer has addresses of kind ${kinds}; WhatsApp needs phone, bsuid or parent_bsuid`,
  );
}

/** Several numbers may share one webhook: the reply leaves from the number the customer wrote to. */
function senderOf({ businessIdentity }: ReplyTarget, account: Account): string {
  return /^\d{1,32}$/.test(businessIdentity.address) ? businessIdentity.address : account.address;
}
