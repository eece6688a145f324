import { blank, type Page, placeOf, proseOf, tableRows } from './page.ts';

/** What the code says, and where. */
export interface Fact {
  readonly value: number;
  readonly source: string;
}

/** A sentence of a page, with facts in the places of its numbers. */
export interface Statement {
  readonly path: string;
  readonly pieces: readonly string[];
  readonly facts: readonly Fact[];
}

/** Sentences of a page with numbers that nothing of ours decides, and who does. */
export interface Exception {
  readonly path: string;
  readonly reason: string;
  readonly pieces: readonly string[];
}

export const fact = (value: number, source: string): Fact => ({ value, source });

/** A tag for statements on one page. */
export function on(path: string) {
  return (pieces: TemplateStringsArray, ...facts: readonly Fact[]): Statement => ({
    path,
    pieces,
    facts,
  });
}

const words = [
  ...['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
  ...['eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen'],
  ...['nineteen', 'twenty'],
];
const roundWords: Readonly<Record<string, number>> = {
  ...{ half: 0.5, a: 1, an: 1, thirty: 30, forty: 40, fifty: 50, sixty: 60, hundred: 100 },
  ...{ 'a hundred': 100, thousand: 1000, 'a thousand': 1000, million: 1e6, 'a million': 1e6 },
  ...{ 'half an': 0.5, 'half a': 0.5, every: 1, each: 1, per: 1 },
};

/** What a number is written as in the pages. Undefined for what is none. */
export function numberIn(text: string): number | undefined {
  const name = text.toLowerCase();
  if (words.includes(name)) return words.indexOf(name);
  if (Object.hasOwn(roundWords, name)) return roundWords[name];
  return /^\d[\d,]*(\.\d+)?$/.test(text) ? Number(text.replaceAll(',', '')) : undefined;
}

const anyNumber = `(\\d[\\d,]*(?:\\.\\d+)?|(?:half |a )?[A-Za-z]+)`;

function shapeOf(pieces: readonly string[]): RegExp {
  const escaped = pieces.map((piece) =>
    piece.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\s+/g, '\\s+'),
  );
  return new RegExp(escaped.join(anyNumber), 'g');
}

/** Where a page says another number than the code, or says the sentence no more. */
export function disagreements(page: Page, { pieces, facts }: Statement): string[] {
  const found = [...page.text.matchAll(shapeOf(pieces))];
  const whole = pieces.map((piece, index) => piece + (facts[index]?.value ?? '')).join('');
  if (found.length === 0) return [`${page.path} does not say (any more): "${whole}"`];
  return found.flatMap((match) =>
    facts
      .map(({ value, source }, index) => ({ value, source, said: match[index + 1] ?? '' }))
      .filter(({ value, said }) => numberIn(said) !== value)
      .map(
        ({ value, source, said }) =>
          `${placeOf(page, match.index)}: "${match[0]}" says ${said}, and ${source} is ${value}`,
      ),
  );
}

/** A sentence that stands on no page any more excuses nothing. */
export function staleExceptions(page: Page, { pieces }: Exception): string[] {
  return pieces
    .filter((piece) => !shapeOf([piece]).test(page.text))
    .map((piece) => `${page.path} does not say (any more): "${piece}"`);
}

const figure = /(?<![\w#.,–-])\d+(?:[.,]\d+)*(?![\w])/g;
const units = [
  ...['failures?', 'tries', 'times', 'attempts?', 'letters?', 'characters?', 'bytes?', 'lines?'],
  ...['messages?', 'mails?', 'parts?', 'files?', 'units?', 'entries', 'rows', 'buttons', 'cards'],
  ...['sections', 'numbers', 'people', 'retries', 'repeats', 'megabytes?', 'kilobytes?'],
].join('|');
const time = 'milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?';
const counting = `${words.slice(2).join('|')}|thirty|forty|fifty|sixty|hundred|thousand|million`;
/** "A second terminal" is no time. */
const ordinal = 'an? second (?!and |at |from |or |to )\\w';
const spelled = new RegExp(
  [
    `\\b(?:${counting}) (?:\\S+ )?(?:${units}|${time})\\b`,
    `\\b(?!${ordinal})(?:half an?|an?|one|each|every|per) (?:${time})\\b`,
    `\\b(?:at most|at least|up to) (?:${counting})\\b`,
  ].join('|'),
  'gi',
);

/** Numbers in the prose of a page that no statement and no exception speaks of. */
export function unclaimedNumbers(
  page: Page,
  statements: readonly Pick<Statement, 'pieces'>[],
  exceptions: readonly Pick<Exception, 'pieces'>[],
): string[] {
  const shapes = [
    ...statements.map(({ pieces }) => shapeOf(pieces)),
    ...exceptions.flatMap(({ pieces }) => pieces.map((piece) => shapeOf([piece]))),
  ];
  const claimed = shapes.reduce((text, shape) => {
    const spans = [...page.text.matchAll(shape)];
    return spans.reduce(
      (left, { index, 0: { length } }) =>
        left.slice(0, index) +
        blank(left.slice(index, index + length)) +
        left.slice(index + length),
      text,
    );
  }, withoutCode(page));
  return [...claimed.matchAll(figure), ...claimed.matchAll(spelled)].map((match) => {
    const [line = ''] = page.text.slice(page.text.lastIndexOf('\n', match.index) + 1).split('\n');
    return `${placeOf(page, match.index)}: "${match[0]}" is tied to nothing (test/docs/numbers): ${line.trim().slice(0, 120)}`;
  });
}

/** Columns that another test compares number by number: provider-codes.test.ts, consuming.test.ts, contributing.test.ts. */
const comparedColumns = [
  ...["Meta's codes", "Twilio's codes, for example", 'AWS says', 'HTTP', 'tests'],
  // Measured, and not compared: contributing/testing.md.
  'takes',
];

/** The prose without inline code, addresses of links, the numbers of lists, and what is made or compared elsewhere. */
function withoutCode(page: Page): string {
  const made = page.text.replaceAll(/<!-- generated: [\s\S]*?<!-- end of .*?-->/g, blank);
  const lines = proseOf({ ...page, text: made }).split('\n');
  for (const { line, header, cells } of tableRows(page)) {
    const compared = header.findIndex((name) => comparedColumns.includes(name));
    const cell = cells[compared];
    if (cell) lines[line - 1] = lines[line - 1]?.replace(cell, blank(cell)) ?? '';
  }
  return lines
    .join('\n')
    .replaceAll(/`[^`\n]*`/g, blank)
    .replaceAll(/\]\([^)\s]*\)/g, blank)
    .replaceAll(/^ *\d+\. /gm, blank);
}
