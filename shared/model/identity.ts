import * as z from 'zod';
import { Channel } from './channel.ts';

/**
 * One address of a person, a group or a business, spelled as the provider spells it. An address is opaque: a phone
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
      'group',
    ]),
    /** The scope in which the address is unique; empty when it is unique everywhere. */
    scope: z.string().default(''),
    address: z.string().min(1).max(512),
  })
  .meta({
    id: 'Identity',
    description: 'One address of a person, a group or a business on one channel.',
  });
export type Identity = z.infer<typeof Identity>;

/**
 * The text an identity is stored under and compared by. A group is never taken for a person, even if its id is spelled
 * like a person's address.
 */
export function identityKey({ channel, kind, scope, address }: Identity): string {
  const space = kind === 'group' ? `${channel}/group` : channel;
  return `${space}#${scope}#${address}`;
}

/** Each address once: of those that are compared as the same, the last. */
export function distinctIdentities(all: readonly Identity[]): Identity[] {
  return [...new Map(all.map((each) => [identityKey(each), each])).values()];
}

/** Tells if these addresses, of a conversation or a message, are those of a group: it has one, and no other. */
export function isGroup([first]: readonly Identity[]): boolean {
  return first?.kind === 'group';
}
