import type { ConnectorId } from '#connectors/declarations';
import { commonText } from './common-text.ts';
import type { Sample } from './samples.ts';

/** Characters for each connector: so much is worth its weight in the bundle of normalize. The likeliest stands last. */
const shares: Readonly<Record<ConnectorId, number>> = {
  email: 450,
  twitter: 550,
  twilio: 450,
  'whatsapp-aws': 150,
  whatsapp: 700,
};

/** What the items of these samples have in common: names of fields and values that providers repeat. */
export function dictionaryOf(samples: readonly Sample[]): string {
  return Object.entries(shares)
    .map(([connector, share]) =>
      commonText(
        samples.filter((each) => each.connector === connector).map(({ text }) => masked(text)),
        share,
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
