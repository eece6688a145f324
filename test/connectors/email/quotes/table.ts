import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#test/docs/pages/page';
import { collectedReplies, ownReplies, ownWords } from './cases.ts';
import { type Counts, measure, type Strip, totalOf } from './measure.ts';

/** Counts by language for each collection. */
export interface Figures {
  readonly name: string;
  readonly version: string;
  readonly collected: Readonly<Record<string, Counts>>;
  readonly ownWords: Readonly<Record<string, Counts>>;
  readonly ownReplies: Readonly<Record<string, Counts>>;
}

export const pagePath = join(root, 'docs/channels/email-quotes.md');
export const figuresPath = join(import.meta.dirname, 'figures.json');
const begin = '<!-- generated: quotes, npm run quotes -->';
const end = '<!-- end of quotes -->';

export function figuresOf(name: string, version: string, strip: Strip): Figures {
  return {
    name,
    version,
    collected: measure(strip, collectedReplies()),
    ownWords: measure(strip, ownWords()),
    ownReplies: measure(strip, ownReplies()),
  };
}

/** The figures as they were last written: ours first. */
export function keptFigures(): Figures[] {
  return JSON.parse(readFileSync(figuresPath, 'utf8')) as Figures[];
}

/** The page with its tables as the figures have them. Throws where a mark is missing. */
export function withTables(page: string, figures: readonly Figures[]): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the page lacks ${begin} or ${end} behind it`);
  const lines = [
    '',
    'Replies of the collections: exact / lossy / leaky.',
    '',
    ...table(figures, 'collected', ({ exact, lossy, leaky }) => `${exact} / ${lossy} / ${leaky}`),
    '',
    "Mails that are wholly the customer's own: how many lost a line.",
    '',
    ...table(figures, 'ownWords', ({ lossy }) => String(lossy)),
    '',
    'Our own replies in the same languages: exact / lossy / leaky.',
    '',
    ...table(figures, 'ownReplies', ({ exact, lossy, leaky }) => `${exact} / ${lossy} / ${leaky}`),
    '',
  ];
  return `${page.slice(0, from)}${begin}\n${lines.join('\n')}\n${page.slice(to)}`;
}

type Collection = 'collected' | 'ownWords' | 'ownReplies';

function table(
  figures: readonly Figures[],
  collection: Collection,
  show: (counts: Counts) => string,
): string[] {
  const [first] = figures;
  const languages = Object.keys(first?.[collection] ?? {});
  const rows = languages.map((language) =>
    row(language, figures, ({ [collection]: counts }) => counts[language] ?? none, show),
  );
  const names = figures.map(({ name, version }) => `${name} ${version}`.trim());
  return [
    `| language | mails | ${names.join(' | ')} |`,
    `| --- | ---: |${' ---: |'.repeat(figures.length)}`,
    ...rows,
    row('all', figures, ({ [collection]: counts }) => totalOf(counts), show),
  ];
}

const none: Counts = { exact: 0, lossy: 0, leaky: 0 };

function row(
  label: string,
  figures: readonly Figures[],
  countsOf: (figures: Figures) => Counts,
  show: (counts: Counts) => string,
): string {
  const counts = figures.map(countsOf);
  const { exact, lossy, leaky } = counts[0] ?? none;
  return `| ${label} | ${exact + lossy + leaky} | ${counts.map(show).join(' | ')} |`;
}
