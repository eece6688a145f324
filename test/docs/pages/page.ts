import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/** One page of the documentation: its path in the project, and what it says. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** A fenced block. `line` is that of its fence, counted from 1. */
export interface Block {
  readonly page: Page;
  readonly line: number;
  readonly language: string;
  /** What follows the language: the name of a file. */
  readonly file: string;
  readonly code: string;
  /** Why no test runs it: `<!-- not run: … -->` on the line above the fence. */
  readonly notRun?: string;
}

/** Every page: those of the root, and everything under docs, in the order of their paths. */
export function allPages(): Page[] {
  return globSync(['*.md', 'docs/**/*.md'], { cwd: root }).toSorted().map(readPage);
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

const fenced = /^(?:( *)<!-- not run: (.*?) -->\n)?( *)```(\S*) ?(.*)\n([\s\S]*?)^ *```$/gm;

export function blocksOf(page: Page): Block[] {
  return [...page.text.matchAll(fenced)].map((match) => {
    const [whole, , notRun, indent = '', language = '', file = '', code = ''] = match;
    const fence = match.index + whole.indexOf('```');
    return {
      page,
      line: lineOf(page.text, fence),
      language,
      file,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      ...(notRun === undefined ? {} : { notRun }),
    };
  });
}

/** The page without its blocks and comments, every other letter where it was. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(fenced, blank).replaceAll(/<!--[\s\S]*?-->/g, blank);
}

/** Spaces in place of everything but line breaks. */
export function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** `docs/local.md:48`, as an editor opens it. */
export function placeOf(page: Page, index: number): string {
  return `${page.path}:${lineOf(page.text, index)}`;
}

export interface CodeSpan {
  readonly text: string;
  readonly index: number;
}

/** What stands between single backticks in the prose. */
export function codeSpans(page: Page): CodeSpan[] {
  return [...proseOf(page).matchAll(/(`+)([^`\n]+?)\1(?!`)/g)].map((match) => ({
    text: match[2] ?? '',
    index: match.index,
  }));
}

export interface Row {
  readonly cells: readonly string[];
  readonly header: readonly string[];
  readonly heading: string;
  readonly line: number;
}

/** Every row of every table, with the heading it stands under. */
export function tableRows(page: Page): Row[] {
  const rows: Row[] = [];
  let heading = '';
  let header: readonly string[] | undefined;
  for (const [index, line] of proseOf(page).split('\n').entries()) {
    heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
    const isRow = line.trimStart().startsWith('|');
    if (!isRow) header = undefined;
    else if (header === undefined) header = cellsOf(line);
    else if (!/^[\s|:-]+$/.test(line)) {
      rows.push({ cells: cellsOf(line), header, heading, line: index + 1 });
    }
  }
  return rows;
}

function cellsOf(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
