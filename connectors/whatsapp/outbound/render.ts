import type { Account } from '#connectors/whatsapp/account';
import { declaration } from '#connectors/whatsapp/declaration';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import type { FileToUpload } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import { renderContacts } from './render-contacts.ts';
import { renderButtons, renderLinkButton, renderList } from './render-interactive.ts';
import { renderMedia } from './render-media.ts';
import { renderLocation, renderReaction, renderTemplate } from './render-single.ts';
import type { SendRequest, Shown } from './send-request.ts';
import { splitText } from './split-text.ts';

const { maxTextLength, maxTextParts } = declaration.channels.whatsapp;

/**
 * A reply as Meta wants it, one request for each message the customer will see. Only the first quotes the message
 * being answered; templates and reactions never do, because WhatsApp shows no quotation with them.
 *
 * Throws `content_not_supported`, `text_too_long`, or `invalid_reply` for a customer without a usable address and
 * for a reaction or an answer to a message that WhatsApp does not know.
 */
export function render(
  reply: OutboundReply,
  target: ReplyTarget,
  account: Pick<Account, 'address'>,
): readonly SendRequest[] {
  const envelope = { messaging_product: 'whatsapp', ...recipientOf(target) };
  const phoneNumberId = senderOf(target, account);
  return shownBy(reply, target).map(({ body, file }, index) => ({
    phoneNumberId,
    body: {
      ...envelope,
      ...body,
      ...(index === 0 && canQuote(reply) ? quotation(target) : {}),
    },
    ...(file ? { file } : {}),
  }));
}

function shownBy({ content }: OutboundReply, target: ReplyTarget): readonly Shown[] {
  switch (content.type) {
    case 'text':
      return splitText(content.text, maxTextLength, maxTextParts).map((body) => ({
        body: { type: 'text', text: { body, preview_url: content.linkPreview === true } },
      }));
    case 'media':
      return [renderMedia(content)];
    case 'location':
      return [renderLocation(content)];
    case 'contacts':
      return [renderContacts(content)];
    case 'reaction':
      return [renderReaction(content, target)];
    case 'buttons':
      return [renderButtons(content)];
    case 'list':
      return [renderList(content)];
    case 'link_button':
      return [renderLinkButton(content)];
    case 'template':
      return [renderTemplate(content)];
  }
}

function canQuote({ content }: OutboundReply): boolean {
  return content.type !== 'template' && content.type !== 'reaction';
}

/** Only Meta's own ids can be quoted; a message that came without one has an id that we gave. */
function quotation({ inReplyToProviderMessageId: id }: ReplyTarget): Record<string, unknown> {
  if (id === undefined) return {};
  if (id.startsWith('wamid.')) return { context: { message_id: id } };
  const title = 'inReplyToMessageId: names a message that WhatsApp has given no id';
  throw new ConnectorError('invalid_reply', title);
}

/**
 * The first address that can be written to: a phone number as `to`, with the plus sign Meta recommends, a BSUID as
 * `recipient`. A BSUID in `to` is accepted and never delivered. A group's conversation answers into the group.
 */
function recipientOf(target: ReplyTarget): Record<string, unknown> {
  const [{ kind, address }] = target.customerIdentities;
  if (kind === 'group') return { recipient_type: 'group', to: address };
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
function senderOf({ businessIdentity }: ReplyTarget, account: Pick<Account, 'address'>): string {
  return /^\d{1,32}$/.test(businessIdentity.address) ? businessIdentity.address : account.address;
}

/** The file from our bucket that a request shows. */
export function filesOf({ file }: SendRequest): readonly FileToUpload[] {
  return file ? [file] : [];
}
