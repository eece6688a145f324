import type { DeliveryError, PersonalFinding } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';

const words = {
  email_address: 'an email address',
  phone_number: 'a phone number',
  iban: 'an IBAN',
  card_number: 'a card number',
  pattern: 'a number',
} as const;

/** The most findings that the words name; the list holds them all. */
const maxNamed = 5;

/** The refusal of a public reply for what it would show to everyone. */
export function heldBack(findings: readonly PersonalFinding[]): DeliveryError {
  const named = findings
    .slice(0, maxNamed)
    .map(({ kind, name, excerpt, path }) => `${name ?? words[kind]} (${excerpt}) in ${path}`);
  const more = findings.length - named.length;
  const list = [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  const advice = 'take it out, answer in private, or send it with override: ["personal_data"]';
  const title = `everyone would read ${list}: ${advice}`;
  return { code: 'personal_data', title, retryable: false, findings: [...findings] };
}

/** Tells if the caller has seen what is found and sends it all the same. */
export function isOverridden({ override = [] }: Pick<ReplyCommand, 'override'>): boolean {
  return override.includes('personal_data');
}
