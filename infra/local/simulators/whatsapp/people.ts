import { createHash, randomBytes } from 'node:crypto';

/** The sender or recipient of a message: by phone, and by the id Meta made for this customer and this business. */
export interface Person {
  readonly phone: string | undefined;
  readonly userId: string;
}

/** A customer by phone, or by a BSUID alone, as customers with a user name are. */
export function personOf(address: string): Person {
  if (/^[A-Z]{2}\./.test(address)) return { phone: undefined, userId: address };
  const phone = address.replace(/\D/g, '');
  const number = BigInt(`0x${createHash('sha256').update(phone).digest('hex').slice(0, 15)}`);
  return { phone, userId: `US.${number}` };
}

/** `wamid.` and base64, as Meta's ids are. */
export function newMessageId({ phone, userId }: Person): string {
  const bytes = Buffer.concat([Buffer.from(phone ?? userId), randomBytes(16)]);
  return `wamid.HBgL${bytes.toString('base64').replaceAll('=', '')}`;
}

/** The `contacts[]` member of a webhook about this customer. */
export function contactOf(
  { phone, userId }: Person,
  profile: { readonly name: string; readonly username?: string },
): Readonly<Record<string, unknown>> {
  return {
    profile,
    ...(phone === undefined ? {} : { wa_id: phone }),
    user_id: userId,
  };
}
