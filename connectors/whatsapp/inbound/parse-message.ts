import { deliveryError } from '#connectors/whatsapp/delivery-error';
import { customerAddressOf, isoTime } from '#connectors/whatsapp/item';
import { Edit, type Envelope, MessageFields, Reaction, Revoke } from '#connectors/whatsapp/payload';
import type {
  ChannelEvent,
  ChannelMessage,
  Customer,
  UpdateAuthor,
} from '#shared/connector/channel-event';
import { type JsonObject, omitUndefined } from '#shared/json';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { addressChangeOf } from './address-change.ts';
import { readContent } from './content.ts';
import { sharedPhone } from './content-card.ts';
import { metaBusinessAgent } from './handled-by.ts';
import { businessIdentity, customerOf, groupOf, personOf } from './identities.ts';
import type { ReadContent } from './read-content.ts';

/** One customer's message, reaction, edit, deletion or system notice. */
export function parseMessage(
  envelope: Envelope,
  message: JsonObject,
  business: string,
): ChannelEvent {
  const fields = MessageFields.parse(message);
  const group = groupOf(customerAddressOf('message', message));
  if (group) return parseGroupMessage(envelope, message, fields, business, group);
  const change = fields.type === 'system' ? addressChangeOf(message) : undefined;
  const address = customerAddressOf('message', message);
  const customer = change
    ? customerOf({}, undefined, change.current)
    : customerOf(address, envelope.contacts[0]);
  const shared = address.phone === undefined ? sharedPhone(message) : [];
  return (
    readUpdate(envelope, message, fields, { customer, by: customer }) ?? {
      ...messageOf(envelope, message, fields, business),
      direction: 'inbound',
      customer,
      ...(change?.previous.length ? { replacesIdentities: change.previous } : {}),
      ...(shared.length > 0 ? { assertsIdentities: shared } : {}),
    }
  );
}

/**
 * Reads what a member wrote or did in a group. The group is the customer and the member only the author: a new number
 * told here, or a card with one, says nothing of the group, and the member's own conversation learns of it where Meta
 * tells it there.
 */
function parseGroupMessage(
  envelope: Envelope,
  message: JsonObject,
  fields: MessageFields,
  business: string,
  group: Customer,
): ChannelEvent {
  const change = fields.type === 'system' ? addressChangeOf(message) : undefined;
  const author = change
    ? personOf({}, undefined, change.current)
    : personOf(customerAddressOf('message', message), envelope.contacts[0]);
  return (
    readUpdate(envelope, message, fields, { customer: author, by: author, group }) ?? {
      ...messageOf(envelope, message, fields, business),
      direction: 'inbound',
      customer: group,
      ...(author ? { author } : {}),
    }
  );
}

/** The part that is the same for both directions. */
export function messageOf(
  envelope: Envelope,
  message: JsonObject,
  fields: MessageFields,
  business: string,
): Omit<ChannelMessage, 'direction' | 'customer'> {
  const { context } = fields;
  const read = readContent(fields.type, message, envelope.errors);
  const errors = errorsOf(envelope, fields, read);
  return omitUndefined({
    kind: 'message' as const,
    channel: 'whatsapp' as const,
    visibility: 'private' as const,
    // A message without an id of its own is named by its content (item.ts).
    providerMessageId: fields.id ?? envelope.id,
    business: businessIdentity(business),
    occurredAt: isoTime(message['timestamp']),
    ...read,
    // A changed number or identity is told in the customer's name, but is not a message from them.
    opensReplyWindow: fields.type === 'system' ? false : undefined,
    handledBy: handledBy(envelope, fields),
    inReplyToProviderMessageId: context?.id,
    forwarded: context?.forwarded || context?.frequently_forwarded || undefined,
    referral: referralOf(fields),
    errors: errors.length > 0 ? errors : undefined,
    metadata: metadataOf(envelope, fields),
  });
}

/** The person who made a change, and the group in which it was made. */
interface Doer {
  readonly customer: Customer | undefined;
  /** The author whose own messages may be changed; undefined for a member whom the provider does not name. */
  readonly by: UpdateAuthor | undefined;
  readonly group?: Customer;
}

/** Reads a change of an earlier message; undefined where it does not say which message, or who changed it. */
export function readUpdate(
  envelope: Envelope,
  message: JsonObject,
  { id = envelope.id, type }: MessageFields,
  { customer, by, group }: Doer,
): ChannelEvent | undefined {
  const occurredAt = isoTime(message['timestamp']);
  const base = omitUndefined({ id, occurredAt, group: group?.identities[0] });
  if (type === 'reaction') {
    const reaction = customer && readReaction(message, customer);
    return reaction && { ...base, ...reaction };
  }
  const change = by && readRevision(type, message, by);
  return change && { ...base, ...change };
}

function readReaction(message: JsonObject, customer: Customer) {
  const reaction = Reaction.safeParse(message['reaction']);
  if (!reaction.success) return undefined;
  const { message_id: providerMessageId, emoji } = reaction.data;
  return { kind: 'reaction' as const, target: { providerMessageId }, emoji, customer };
}

/** An edit or a deletion. */
function readRevision(type: string | undefined, message: JsonObject, by: UpdateAuthor) {
  if (type === 'edit') {
    const edit = Edit.safeParse(message['edit']);
    if (!edit.success) return undefined;
    const { original_message_id: providerMessageId, message: version } = edit.data;
    const { content, text } = readContent(MessageFields.parse(version).type, version, []);
    return { kind: 'edit' as const, target: { providerMessageId }, content, text, by };
  }
  if (type !== 'revoke') return undefined;
  const revoke = Revoke.safeParse(message['revoke']);
  if (!revoke.success) return undefined;
  const { original_message_id: providerMessageId } = revoke.data;
  return { kind: 'deletion' as const, target: { providerMessageId }, by };
}

/**
 * Tells who handles the conversation: the agent's messages come as `standby`, people's as `messages`. Echoes from the
 * phone and notices say nothing of it.
 */
function handledBy({ standby, field }: Envelope, { type }: MessageFields): string | undefined {
  if (standby) return metaBusinessAgent;
  return field === 'messages' && type !== 'system' ? 'people' : undefined;
}

/** Errors of the change explain a message only where its content could not be read. */
function errorsOf(envelope: Envelope, fields: MessageFields, { content }: ReadContent) {
  const about = content.type === 'unsupported' ? envelope.errors : [];
  return [...fields.errors, ...about].map((error) => deliveryError(error));
}

function referralOf({ referral }: MessageFields): ChannelMessage['referral'] {
  if (referral === undefined) return undefined;
  return omitUndefined({
    sourceType: referral.source_type,
    sourceId: referral.source_id,
    sourceUrl: referral.source_url,
    headline: referral.headline,
    body: referral.body,
    clickId: referral.ctwa_clid,
  });
}

function metadataOf(
  { metadata, standby }: Envelope,
  { context, group_id: groupId }: MessageFields,
): OwnMetadata | undefined {
  const found = omitUndefined({
    businessPhoneNumber: metadata?.display_phone_number,
    groupId,
    handledBy: standby ? metaBusinessAgent : undefined,
    frequentlyForwarded: context?.frequently_forwarded ? 'true' : undefined,
    referredCatalogId: context?.referred_product?.catalog_id,
    referredProductId: context?.referred_product?.product_retailer_id,
  });
  return Object.keys(found).length > 0 ? found : undefined;
}
