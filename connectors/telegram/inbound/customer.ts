import type { Customer } from '#shared/connector/channel-event';
import { isoTimeOf } from '#shared/iso-time';
import { omitUndefined } from '#shared/json';

import type { Identity } from '#shared/model/identity';
import type { Person } from './payload.ts';

/** A user under the id that every bot and every chat knows them by. Names may change; they are no addresses. */
export function customerOf({ id, first_name, last_name, username }: Person): Customer {
  const displayName = [first_name, last_name].filter(Boolean).join(' ');
  return {
    identities: [identityOf(String(id))],
    ...omitUndefined({ displayName: displayName || undefined, username }),
  };
}

export function identityOf(address: string): Identity {
  return { channel: 'telegram', kind: 'user_id', scope: '', address };
}

/** Unix time in seconds as ISO 8601; nothing where it is none. */
export function occurredAt(seconds: number | undefined): { readonly occurredAt?: string } {
  const time = seconds ? isoTimeOf(seconds * 1000) : undefined;
  return time === undefined ? {} : { occurredAt: time };
}
