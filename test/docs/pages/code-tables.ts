import { errorCodes } from '#shared/model/error-code';
import { codeSpans, type Page, placeOf, proseOf, type Row, tableRows } from './page.ts';

const everyCode: ReadonlySet<string> = new Set(Object.values(errorCodes).flat());

/** What stands between backticks in a cell. */
export function quotedIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
}

/** The cell of a row under a header that speaks of codes. */
function codeCell({ header, cells }: Row): string | undefined {
  const index = header.findIndex((name) => /\bcode`?$/i.test(name));
  return index === -1 ? undefined : cells[index];
}

/** Where the table of error codes and the source disagree, a sentence each. */
export function tableProblems(
  page: Page,
  codes: Readonly<Record<string, readonly string[]>>,
): string[] {
  const rows = tableRows(page).filter(({ header }) => header[0] === 'code');
  const said = rows.flatMap((row) =>
    quotedIn(row.cells[0] ?? '').map((code) => ({ code, ...row })),
  );
  const expected = Object.entries(codes).flatMap(([heading, each]) =>
    each.map((code) => ({ code, heading })),
  );
  const isIn = (
    list: readonly { code: string; heading: string }[],
    { code, heading }: { code: string; heading: string },
  ) => list.some((other) => other.code === code && other.heading === heading);
  return [
    ...said
      .filter((each) => !isIn(expected, each))
      .map(
        ({ code, heading, line }) =>
          `${page.path}:${line}: \`${code}\` is not in shared/model/error-code.ts under "${heading}"`,
      ),
    ...expected
      .filter((each) => !isIn(said, each))
      .map(
        ({ code, heading }) =>
          `${page.path}: "${heading}" has no row for \`${code}\` of shared/model/error-code.ts`,
      ),
    ...said
      .filter(({ code }, at) => said.findIndex((other) => other.code === code) < at)
      .map(({ code, line }) => `${page.path}:${line}: \`${code}\` has a row already`),
  ];
}

/** How a page speaks of a code in a sentence. */
const phrases = /(?:fails? with|failed with|refused with|alert|`failed`,) (`[a-z_]+`)/g;

/** Codes a page speaks of that no source says: in columns of codes, and in sentences. */
export function unknownCodes(page: Page): string[] {
  const inColumns = tableRows(page).flatMap((row) =>
    quotedIn(codeCell(row) ?? '')
      .filter((code) => /^[a-z_]+$/.test(code))
      .map((code) => ({ code, place: `${page.path}:${row.line}` })),
  );
  const inSentences = [...proseOf(page).matchAll(phrases)].map((match) => ({
    code: match[1]?.slice(1, -1) ?? '',
    place: placeOf(page, match.index),
  }));
  return [...inColumns, ...inSentences]
    .filter(({ code }) => !everyCode.has(code))
    .map(({ code, place }) => `${place}: \`${code}\` is not in shared/model/error-code.ts`);
}

/** Codes of the source that a page does not name. */
export function unnamedCodes(page: Page, codes: Iterable<string>): string[] {
  const named = new Set(codeSpans(page).map(({ text }) => text));
  return [...codes]
    .filter((code) => !named.has(code))
    .map((code) => `${page.path} does not name \`${code}\``);
}
