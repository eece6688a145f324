import type { Found } from './finding.ts';
import { type IsPhoneNumber, startsWithZero } from './national-number.ts';
import { announcesOther } from './number-words.ts';

/** Addresses of the web that call a number. */
const callingLink =
  /(?:tel:|sms:|wa\.me\/|[?&](?:phone|tel|telephone|mobile|whatsapp|call)=)(?:\+|00)?(\d[\d.-]{6,17})/gi;
export const webAddress = /(?:https?:\/\/|www\.)\S{1,2000}/gi;
/** A whole number between the signs of a web address. */
const wholeNumber = /(?<=[/=])(\+?)(\d{9,15})(?=[/?&#.,;:)]|$)/g;

/** Finds telephone numbers in links. */
export function linkedNumbers(text: string, isNumber: IsPhoneNumber): readonly Found[] {
  const calling = [...text.matchAll(callingLink)].map(({ 0: link, 1: value = '', index }) =>
    at(value, index, link.length),
  );
  const within = [...text.matchAll(webAddress)].flatMap(({ 0: address, index }) =>
    numbersIn(address, index, isNumber),
  );
  const isNew = ({ start }: Found) =>
    calling.every((each) => start < each.start || start >= each.end);
  return [...calling, ...within.filter(isNew)];
}

function numbersIn(address: string, start: number, isNumber: IsPhoneNumber): readonly Found[] {
  return [...address.matchAll(wholeNumber)].flatMap(
    ({ 1: plus, 2: digits = '', index, 0: all }) => {
      const isOther = announcesOther(address.slice(Math.max(0, index - 40), index));
      const isNational = /^0[1-9]/.test(digits) && !isOther;
      const isPhone =
        plus === '+'
          ? isNumber(`+${digits}`)
          : isNational && startsWithZero({ digits, shape: `${digits.length}`, gaps: [] }, isNumber);
      return isPhone ? [at(digits, start + index, all.length)] : [];
    },
  );
}

function at(value: string, start: number, length: number): Found {
  return { kind: 'phone_number', value, start, end: start + length };
}
