import { CardsBody } from '#connectors/whatsapp/payload';
import type { JsonObject } from '#shared/json';
import { omitUndefined } from '#shared/json';
import type { Identity } from '#shared/model/identity';
import { identities } from './identities.ts';
import type { ReadContent } from './read-content.ts';

/** Contact cards; a name is optional in practice. */
export function readCards(message: JsonObject): ReadContent | undefined {
  const read = CardsBody.safeParse(message['contacts']);
  if (!read.success) return undefined;
  const contacts = read.data.map(({ name, org, phones = [], emails = [], origin }) => ({
    phones: phones.flatMap(({ phone, wa_id }) => phone ?? wa_id ?? []),
    emails: emails.flatMap(({ email }) => email ?? []),
    ...omitUndefined({
      name: name?.formatted_name ?? name?.first_name,
      organization: org?.company,
      origin,
    }),
  }));
  const lines = contacts.map(({ name, phones, emails }) =>
    [name, ...phones, ...emails].filter((part) => part !== undefined).join(', '),
  );
  return { content: { type: 'contacts', contacts }, text: lines.join('\n'), attachments: [] };
}

/**
 * The phone a customer shared when we asked for it (`origin: contact_request`): theirs, with their consent. The
 * customer says so; WhatsApp does not vouch for it as the sender. Any other card may be another person's.
 */
export function sharedPhone(message: JsonObject): Identity[] {
  const read = CardsBody.safeParse(message['contacts']);
  if (!read.success || read.data.length !== 1) return [];
  const [card] = read.data;
  if (card?.origin !== 'contact_request' || card.phones?.length !== 1) return [];
  const [{ wa_id, phone } = {}] = card.phones;
  return identities('phone', wa_id ?? phone).filter(({ kind }) => kind === 'phone');
}
