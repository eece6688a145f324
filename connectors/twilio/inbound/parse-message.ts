import { businessScopedId, readAddress } from '#connectors/twilio/address';
import type { ChannelMessage, ChannelUpdate, Customer } from '#shared/connector/channel-event';
import { type Identity, identityKey } from '#shared/model/identity';
import { readAttachments } from './attachments.ts';
import { readContent } from './content.ts';
import { readOptOut } from './opt-out.ts';
import { filled, pick, required } from './payload.ts';
import { readReaction } from './reaction.ts';

type Fields = ReadonlyMap<string, string>;

const referralFields = {
  sourceType: 'ReferralSourceType',
  sourceId: 'ReferralSourceId',
  sourceUrl: 'ReferralSourceUrl',
  headline: 'ReferralHeadline',
  body: 'ReferralBody',
  clickId: 'ReferralCtwaClid',
} as const;

const metadataFields = {
  messagingServiceSid: 'MessagingServiceSid',
  messageType: 'MessageType',
  numSegments: 'NumSegments',
  fromCountry: 'FromCountry',
  /** Set by Twilio when it calls the fallback URL: why the first one failed. */
  fallbackErrorCode: 'ErrorCode',
} as const;

/**
 * A customer's message or reaction ("Twilio's request to your incoming message webhook"). Twilio tells no time of sending, so
 * the time of receipt counts. Throws `unreadable_payload` when a needed field is missing.
 */
export function parseMessage(fields: Fields): ChannelMessage | ChannelUpdate {
  const scope = filled(fields, 'AccountSid') ?? '';
  const business = readAddress(required(fields, 'To'), scope);
  const customer = readCustomer(fields, scope);
  const reaction = readReaction(fields, customer);
  if (reaction) return reaction;
  const { channel } = customer.identities[0];
  const attachments = readAttachments(fields);
  const { content, text } = readContent(fields, attachments.length);
  const inReplyTo = filled(fields, 'OriginalRepliedMessageSid');
  const referral = pick(fields, referralFields);
  const optOut = readOptOut(fields, channel, business.address);
  return {
    kind: 'message',
    channel,
    direction: 'inbound',
    visibility: 'private',
    providerMessageId: required(fields, 'MessageSid'),
    business,
    customer,
    content,
    text,
    attachments,
    ...(inReplyTo ? { inReplyToProviderMessageId: inReplyTo } : {}),
    ...(isForwarded(fields) ? { forwarded: true } : {}),
    ...(Object.keys(referral).length > 0 ? { referral } : {}),
    ...(optOut.consent ? { consent: optOut.consent } : {}),
    metadata: { ...pick(fields, metadataFields), ...optOut.metadata },
  };
}

/** Everyone the sender is known as: the address to answer first, then the ids and the number given beside it. */
function readCustomer(fields: Fields, scope: string): Customer {
  const from = readAddress(required(fields, 'From'), scope);
  const others = from.channel === 'whatsapp' ? whatsappIdentities(fields, scope) : [];
  const known = new Set([identityKey(from)]);
  const more = others.filter(
    (each) => !known.has(identityKey(each)) && known.add(identityKey(each)),
  );
  const displayName = filled(fields, 'ProfileName');
  const username = filled(fields, 'ProfileUsername') ?? filled(fields, 'Username');
  return {
    identities: [from, ...more],
    ...(displayName ? { displayName } : {}),
    ...(username ? { username } : {}),
  };
}

function whatsappIdentities(fields: Fields, scope: string): readonly Identity[] {
  const number = /^\d+$/.exec(filled(fields, 'WaId') ?? '')?.[0];
  const user = filled(fields, 'ExternalUserId');
  const parent = filled(fields, 'ParentExternalUserId');
  return [
    ...(number ? [readAddress(`whatsapp:+${number}`, scope)] : []),
    ...(user ? [businessScopedId('bsuid', user, scope)] : []),
    ...(parent ? [businessScopedId('parent_bsuid', parent, scope)] : []),
  ];
}

function isForwarded(fields: Fields): boolean {
  return fields.get('Forwarded') === 'true' || fields.get('FrequentlyForwarded') === 'true';
}
