import { omitUndefined } from '#shared/json';
import type { ReplyContent } from '#shared/model/reply-content';
import type { Shown } from './send-request.ts';

type ContactsContent = Extract<ReplyContent, { type: 'contacts' }>;
type Card = ContactsContent['contacts'][number];

/** Contact cards. `nameOnCard` tells which cards can be sent. */
export function renderContacts({ contacts }: ContactsContent): Shown {
  return { body: { type: 'contacts', contacts: contacts.map(cardOf) } };
}

/** The heading of a card; undefined for a card without any name. */
export function nameOnCard({ name, organization, phones, emails }: Card): string | undefined {
  return [name, organization, ...phones, ...emails].find(
    (each) => each !== undefined && each !== '',
  );
}

/** Meta wants `formatted_name` and one part of a name more; we know only the whole, so it is the first name too. */
function cardOf(card: Card): object {
  const { organization, phones, emails } = card;
  const name = nameOnCard(card) ?? '';
  return {
    name: { formatted_name: name, first_name: name },
    ...(phones.length > 0 ? { phones: phones.map(phoneOf) } : {}),
    ...(emails.length > 0 ? { emails: emails.map((email) => ({ email })) } : {}),
    ...omitUndefined({ org: organization ? { company: organization } : undefined }),
  };
}

/** With a `wa_id` the card has a button to write to that number; without one, a button to invite. */
function phoneOf(phone: string): object {
  const digits = phone.replace(/[\s()./-]/g, '');
  return /^\+\d{6,15}$/.test(digits) ? { phone, wa_id: digits.slice(1) } : { phone };
}
