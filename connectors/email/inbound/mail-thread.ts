import type { Email } from 'postal-mime';
import type { Headers } from '#connectors/email/headers';
import { tokenAlias, tokenIn } from '#connectors/email/reply-token';
import type { Receipt } from '#connectors/email/ses-schema';
import type { Followed } from '#shared/connector/thread';
import { followedIds } from './message-ids.ts';

/** Headers in which forwarders leave the address a mail was first sent to. */
const deliveryHeaders = ['delivered-to', 'x-forwarded-to', 'x-original-to'];

/**
 * Reads the messages that a mail follows, the surest first: the token of one of our reply addresses (in the envelope
 * before the headers, because Bcc and forwards show only there), then the ids it answers. The store decides if the
 * sender may continue what is named.
 */
export function readFollows(email: Email, headers: Headers, receipt: Receipt): Followed[] {
  const ids = followedIds(email.inReplyTo, email.references);
  const named = [...addressesOf(email, headers, receipt), ...ids.map((id) => id.providerMessageId)];
  const tokens = named.flatMap((text) => tokenIn(text) ?? []).map(tokenAlias);
  const secrets = tokens.map((token) => ({ providerMessageId: token, proof: 'secret' as const }));
  const others = ids.filter(({ providerMessageId }) => tokenIn(providerMessageId) === undefined);
  const unique = new Map<string, Followed>();
  for (const each of [...secrets, ...others]) {
    if (!unique.has(each.providerMessageId)) unique.set(each.providerMessageId, each);
  }
  return [...unique.values()];
}

function addressesOf(email: Email, headers: Headers, { recipients }: Receipt): string[] {
  const listed = [...(email.to ?? []), ...(email.cc ?? [])].map(({ address }) => address ?? '');
  const delivered = deliveryHeaders.map(
    (name) => headers.get(name)?.trim().replace(/^<|>$/g, '') ?? '',
  );
  return [...recipients, ...listed, ...delivered];
}
