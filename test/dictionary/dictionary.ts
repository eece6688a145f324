import { harnesses } from '#test/connectors/harnesses';
import { commonText } from './common-text.ts';
import type { Sample } from './samples.ts';

/** What the items of these samples have in common: names of fields and values that providers repeat. */
export function dictionaryOf(samples: readonly Sample[]): string {
  return Object.entries(harnesses)
    .flatMap(([connector, { dictionary }]) => (dictionary ? { connector, ...dictionary } : []))
    .toSorted((one, other) => one.order - other.order)
    .map(({ connector, characters }) =>
      commonText(
        samples.filter((each) => each.connector === connector).map(({ text }) => masked(text)),
        characters,
      ),
    )
    .join('')
    .replace(/[\ue000-\uf8ff]/g, '');
}

let masks = 0;

/** The text with each number, time and id of digits as a character of its own: no two items have them in common. */
function masked(text: string): string {
  return text.replace(/\d[\d:.-]{4,}/g, () => {
    masks += 1;
    return String.fromCharCode(0xe000 + (masks % 0x1900));
  });
}
