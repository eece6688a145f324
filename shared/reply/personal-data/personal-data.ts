import type { PersonalFinding } from '#shared/model/delivery-status';
import { cardNumbers } from './card-number.ts';
import { emailAddresses } from './email-address.ts';
import { type Found, masked, without } from './finding.ts';
import { ibans } from './iban.ts';
import type { IsPhoneNumber } from './national-number.ts';
import { phoneNumbers } from './phone-number.ts';
import { lookedThrough, plainText } from './plain-text.ts';
import type { PersonalDataSettings } from './settings.ts';
import type { VisibleText } from './visible-text.ts';

/** More of them tell an agent nothing new. */
const maxFindings = 20;

/** Finds personal data in texts that everyone will see, each with its kind, its place and enough of it to be found. */
export async function personalDataIn(
  texts: readonly VisibleText[],
  { patterns, allowed }: PersonalDataSettings,
): Promise<readonly PersonalFinding[]> {
  const isNumber = await phoneNumberTest();
  const isAllowed = allowedAmong(allowed);
  const found = texts.flatMap(({ path, text }) =>
    foundIn(text, patterns, isNumber)
      .filter((each) => !isAllowed(each))
      .map((each) => ({
        kind: each.kind,
        ...(each.name === undefined ? {} : { name: each.name }),
        excerpt: masked(each),
        path,
      })),
  );
  return found.slice(0, maxFindings);
}

/** Loaded with the first public reply only: its table of countries is larger than everything else here. */
async function phoneNumberTest(): Promise<IsPhoneNumber> {
  const { parsePhoneNumberFromString: parse } = await import('libphonenumber-js/min');
  return (number, country) =>
    parse(number, country as Parameters<typeof parse>[1] & string)?.isValid() === true;
}

/** Searches from the surest kind to the least sure; what one has found no later one looks at. */
function foundIn(
  written: string,
  patterns: PersonalDataSettings['patterns'],
  isNumber: IsPhoneNumber,
): readonly Found[] {
  const searches: ((left: string) => readonly Found[])[] = [
    emailAddresses,
    ibans,
    cardNumbers,
    ...patterns.map((each) => (left: string) => ofPattern(left, each)),
    ...patterns.map((each) => (left: string) => asWritten(written, left, each)),
    (left) => phoneNumbers(left, isNumber),
  ];
  const found: Found[] = [];
  let left = plainText(written);
  for (const search of searches) {
    const next = search(left);
    found.push(...next);
    left = without(left, next);
  }
  return found;
}

type Pattern = PersonalDataSettings['patterns'][number];

function ofPattern(text: string, { name, pattern }: Pattern): readonly Found[] {
  return [...text.matchAll(new RegExp(pattern.normalize(), 'giu'))].map(
    ({ 0: value, index: start }) => ({
      ...{ kind: 'pattern' as const, name, value, start, end: start + value.length },
    }),
  );
}

/** Finds a pattern in the text as it was written, where it has signs that the plain text reads as others: `AC–1`, `№ 1`. */
function asWritten(written: string, left: string, pattern: Pattern): readonly Found[] {
  return ofPattern(lookedThrough(written).normalize(), pattern).flatMap((found) => {
    const value = plainText(found.value);
    const start = left.indexOf(value);
    // The findings of an earlier search are taken out of the text.
    return start < 0 ? [] : [{ ...found, value, start, end: start + value.length }];
  });
}

/** The least digits that tell a number from others. */
const minDigits = 5;

/** Tells what is the business's own: an address, all addresses of a domain, or a number in any of its spellings. */
function allowedAmong(allowed: readonly string[]): (found: Found) => boolean {
  const known = allowed.map((each) => plainText(each).trim().toLowerCase());
  const numbers = known.map(digitsOf).filter((digits) => digits.length >= minDigits);
  return ({ kind, value }) => {
    const plain = value.toLowerCase();
    if (kind === 'email_address') {
      const domain = plain.slice(plain.indexOf('@') + 1);
      return known.some((each) => each === plain || each.replace(/^@/, '') === domain);
    }
    if (kind !== 'phone_number') return known.some((each) => lettersOf(each) === lettersOf(plain));
    const national = digitsOf(plain).replace(/^0+/, '');
    return national.length >= minDigits && numbers.some((each) => each.endsWith(national));
  };
}

const digitsOf = (text: string) => text.replace(/\D/g, '');
const lettersOf = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '');
