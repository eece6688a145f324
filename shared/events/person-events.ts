import { countedIn } from '#shared/ids';
import type { ConsentChange } from '#shared/model/consent';
import type { ContactChange } from '#shared/model/contact';
import type { Event } from '#shared/model/event';
import type { EntryItem } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { envelope, schemaOf } from './envelope.ts';

/** The id of an entry's own event; those beside it add a word. */
export function eventIdOf({ id }: ConversationItem, { sequence, generation }: EntryItem): string {
  return `${id}.${countedIn(sequence, generation)}`;
}

/** The events about the person behind an entry, beside the message itself. */
export function contactEvents(conversation: ConversationItem, entry: EntryItem, time: string) {
  const of = { id: eventIdOf(conversation, entry), time };
  const occurredAt = entry.message?.occurredAt ?? time;
  const { contactChange, consent } = entry;
  return [
    ...(contactChange ? [personEvent(conversation, of, 'contact', contactChange, occurredAt)] : []),
    ...(consent
      ? [personEvent(conversation, of, 'consent', ofWriter(entry, consent), occurredAt)]
      : []),
  ];
}

/** A consent with the address of its writer, where that is not the customer. */
function ofWriter({ message }: EntryItem, consent: ConsentChange): ConsentChange {
  const identity = message?.contactId === undefined ? undefined : message.author.identity;
  return identity ? { ...consent, address: identity } : consent;
}

const personTypes = {
  contact: 'switchboard.contact.updated.v1',
  consent: 'switchboard.consent.changed.v1',
} as const;

/** An event about the customer, told beside another one. */
export function personEvent(
  conversation: ConversationItem,
  { id, time }: Pick<Event, 'id' | 'time'>,
  name: keyof typeof personTypes,
  change: ContactChange | ConsentChange,
  occurredAt = time,
) {
  const type = personTypes[name];
  const { contactId } = conversation;
  // Only the address of another person is known.
  const whose = 'address' in change && change.address ? {} : { contactId };
  const data = { ...change, ...whose, occurredAt };
  const dataschema = schemaOf(type);
  return { ...envelope(conversation, time), type, dataschema, id: `${id}.${name}`, data };
}
