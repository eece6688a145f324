import type { Email } from 'postal-mime';
import type { Authenticity } from '#shared/model/message';
import { isDisowned } from './authenticity.ts';
import type { Headers } from './mail-class.ts';
import { followedIds } from './message-ids.ts';
import { tokenAlias, tokenIn } from './reply-token.ts';
import type { Receipt } from './ses-schema.ts';

/** Where forwarders leave the address a mail was first sent to. */
const deliveryHeaders = ['delivered-to', 'x-forwarded-to', 'x-original-to'];

/**
 * What a mail may continue, the surest first: the token of one of our reply addresses (in the envelope before the
 * headers, because Bcc and forwards show only there), then the ids it answers. Whether the sender may is the
 * store's to decide. Mail that fails DMARC names ids anyone can know, so only a token counts; where the domain
 * disowns it, nothing does.
 */
export function readFollows(
  email: Email,
  headers: Headers,
  receipt: Receipt,
  level: Authenticity['level'],
): string[] {
  if (isDisowned(receipt)) return [];
  const ids = followedIds(email.inReplyTo, email.references);
  const tokens = [...addressesOf(email, headers, receipt), ...ids].flatMap((text) => {
    const token = tokenIn(text);
    return token === undefined ? [] : [tokenAlias(token)];
  });
  const claimed = level === 'failed' ? [] : ids.filter((id) => tokenIn(id) === undefined);
  return [...new Set([...tokens, ...claimed])];
}

function addressesOf(email: Email, headers: Headers, { recipients }: Receipt): string[] {
  const listed = [...(email.to ?? []), ...(email.cc ?? [])].map(({ address }) => address ?? '');
  const delivered = deliveryHeaders.map(
    (name) => headers.get(name)?.trim().replace(/^<|>$/g, '') ?? '',
  );
  return [...recipients, ...listed, ...delivered];
}
