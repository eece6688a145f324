import { digitRuns, type Window, windowsAt } from './digit-runs.ts';
import type { Found } from './finding.ts';

/** The first digits of the card schemes, each with the lengths of its numbers. */
const schemes: readonly (readonly [RegExp, readonly number[]])[] = [
  // Visa.
  [/^4/, [13, 16, 19]],
  // Mastercard.
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  // American Express.
  [/^3[47]/, [15]],
  // Diners Club.
  [/^(?:30[0-5]|309|36|38|39)/, [14, 15, 16, 17, 18, 19]],
  // JCB.
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  // Discover, UnionPay, RuPay.
  [/^(?:6011|64[4-9]|65|62|60|81|82|508)/, [16, 17, 18, 19]],
  // Mir.
  [/^220[0-4]/, [16, 17, 18, 19]],
  // Maestro.
  [/^(?:50|5[6-8]|63|67)/, [13, 14, 15, 16, 17, 18, 19]],
];

const usualBetween = /^(?:[ .-]{1,2}| - )$/;
const between = /^(?:[ .-]{1,2}| - |[\n_]| ?[/,|] ?|\)? ?\(|\) ?)$/;
/** The groups in which cards show their numbers. Other signs than usual stand between no others. */
const cardShape = /^(?:4-4-4-4(?:-3)?|4-6-[45]|1(?:-1)+|\d+)$/;
const size = { min: 13, max: 19 };

/** Words that stand before a number without a space. */
const cardWord = /(?<![a-z])(?:visa|master ?card|amex|maestro|card|karte|carte|tarjeta|n[ro])$/i;

/** Finds card numbers, grouped or not, by the first digits of their scheme and their check digit. */
export function cardNumbers(text: string): readonly Found[] {
  return digitRuns(text, between).flatMap((run) => {
    const found: Found[] = [];
    for (let from = 0; from < run.length; from += 1) {
      const card = windowsAt(run, from, size).find((window) => isCardAt(text, window));
      if (!card) continue;
      const { digits: value, start, end, groups } = card;
      found.push({ kind: 'card_number', value, start, end });
      from += groups.length - 1;
    }
    return found;
  });
}

function isCardAt(text: string, { digits, gaps, shape, start, end }: Window): boolean {
  const isUsual = gaps.every((gap) => usualBetween.test(gap)) || cardShape.test(shape);
  return isUsual && isCard(digits) && standsAlone(text, start, end);
}

/** A number that other letters touch is that of a parcel or a device. */
function standsAlone(text: string, start: number, end: number): boolean {
  if (/[a-z]/i.test(text[end] ?? '')) return false;
  const before = text.slice(Math.max(0, start - 20), start);
  return !/[a-z]$/i.test(before) || cardWord.test(before);
}

function isCard(digits: string): boolean {
  const isKnown = schemes.some(
    ([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits),
  );
  return isKnown && passesLuhn(digits);
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
