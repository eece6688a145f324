import type { Found } from './finding.ts';

/** The countries of the IBAN registry (ISO 13616), each with the length of its numbers. */
const registry =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22' +
  'GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19' +
  'MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23' +
  'TN24TR26UA29VA22VG24XK20YE30';
const lengths = new Map(
  [...registry.matchAll(/([A-Z]{2})(\d{2})/g)].map(([, country = '', length]) => [
    country,
    Number(length),
  ]),
);

/** Countries whose numbers have no letters behind the check digits. */
const digitsOnly = new Set('AT BE CZ DE DK EE ES FI HR HU IS LT NO PL PT SE SI SK'.split(' '));

/** The country and its check digits, behind nothing or a word: `KontoDE89`. */
const beginning = /(?=([a-z])[ .-]?([a-z])[ ._-]?\d[ .-]?\d)(?<=(?<![a-z0-9])[a-z]{0,20})/gi;
/** The separators that may stand between two of its letters and digits. */
const between = String.raw`[ \n./_:,'|()-]{0,3}`;

/** Finds IBANs in any case and grouping, by the length of their country and their check digits. */
export function ibans(text: string): readonly Found[] {
  return [...text.matchAll(beginning)].flatMap(({ index, 1: first = '', 2: second = '' }) => {
    const country = `${first}${second}`.toUpperCase();
    const length = lengths.get(country);
    const end = length === undefined ? undefined : endOf(text, index, length);
    if (end === undefined) return [];
    const value = text
      .slice(index, end)
      .replace(/[^a-z0-9]/gi, '')
      .toUpperCase();
    if (digitsOnly.has(country) && /[A-Z]/.test(value.slice(2))) return [];
    return isValid(value) ? [{ kind: 'iban' as const, value, start: index, end }] : [];
  });
}

/** The place behind so many letters and digits, if no other digits follow at once. */
function endOf(text: string, start: number, length: number): number | undefined {
  const form = new RegExp(`[a-z0-9](?:${between}[a-z0-9]){${length - 1}}(?![a-z]{0,11}\\d)`, 'iy');
  form.lastIndex = start;
  return form.test(text) ? form.lastIndex : undefined;
}

/** ISO 7064, MOD 97-10: the country and the check digits go to the end, letters count from ten. */
function isValid(iban: string): boolean {
  let rest = 0;
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
