import type { Customer } from '#shared/connector/channel-event';
import { isoTimeOf } from '#shared/iso-time';
import { omitUndefined } from '#shared/json';

import type { Identity } from '#shared/model/identity';
import type { Person } from './payload.ts';

/** A user under the id that every bot and every chat knows them by. Names may change; they are no addresses. */
export function customerOf(person: Person): Customer {
  const { id, username } = person;
  const displayName = nameOf(person);
  return {
    identities: [identityOf(String(id))],
    ...omitUndefined({ displayName: displayName || undefined, username }),
  };
}

export function nameOf({
  first_name,
  last_name,
}: Pick<Person, 'first_name' | 'last_name'>): string {
  return [first_name, last_name].filter(Boolean).join(' ');
}

export function identityOf(address: string): Identity {
  return { channel: 'telegram', kind: 'user_id', scope: '', address };
}

/** Unix time in seconds as ISO 8601; nothing where it is none. */
export function occurredAt(seconds: number | undefined): { readonly occurredAt?: string } {
  const time = seconds ? isoTimeOf(seconds * 1000) : undefined;
  return time === undefined ? {} : { occurredAt: time };
}
