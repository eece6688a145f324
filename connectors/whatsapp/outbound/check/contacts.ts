import { limits } from '#connectors/whatsapp/outbound/limits';
import { nameOnCard } from '#connectors/whatsapp/outbound/render-contacts';
import { firstOf, type ReplyComplaint } from '#shared/connector/reply-complaint';
import type { ReplyContent } from '#shared/model/reply-content';
import { invalid, tooMany } from './complaints.ts';

type ContactsContent = Extract<ReplyContent, { type: 'contacts' }>;

export function checkContacts({ contacts }: ContactsContent): ReplyComplaint | undefined {
  return firstOf([
    contacts.length === 0 ? invalid('contacts is empty') : undefined,
    tooMany('contacts', contacts.length, limits.contacts),
    ...contacts.map(checkCard),
  ]);
}

function checkCard(
  card: ContactsContent['contacts'][number],
  index: number,
): ReplyComplaint | undefined {
  if (nameOnCard(card) === undefined) return invalid(`contacts[${index}] names nobody`);
  const { phones, emails } = card;
  if (phones.includes('')) return invalid(`contacts[${index}].phones holds an empty one`);
  return emails.includes('') ? invalid(`contacts[${index}].emails holds an empty one`) : undefined;
}
