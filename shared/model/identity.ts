import * as z from 'zod';
import { Channel } from './channel.ts';

/**
 * One address of a person or a business, spelled as the provider spells it. An address is opaque: a phone
 * number may be absent, may change and may disappear later (WhatsApp user names, short codes, X user ids).
 */
export const Identity = z
  .object({
    channel: Channel,
    kind: z.enum([
      'phone',
      'bsuid',
      'parent_bsuid',
      'user_id',
      'mailbox',
      'short_code',
      'sender_id',
    ]),
    /** Where the address is unique; empty when it is unique everywhere. */
    scope: z.string().default(''),
    address: z.string().min(1).max(512),
  })
  .meta({ id: 'Identity', description: 'One address of a person or business on one channel.' });
export type Identity = z.infer<typeof Identity>;

/** The text an identity is stored under and compared by. */
export function identityKey({ channel, scope, address }: Identity): string {
  return `${channel}#${scope}#${address}`;
}
