import { globSync } from 'node:fs';
import { blank, type Page, placeOf, proseOf, readPage, root } from './page.ts';
import { parseSource, quotedParts } from './syntax.ts';

/** A word that was replaced: why a reader stumbles over it, and what stands in its place. */
interface Replaced {
  readonly word: RegExp;
  readonly reason: string;
  readonly instead: string;
}

/** A place at which a word may stand. */
export interface Exception {
  readonly path: string;
  readonly text: string;
  readonly reason: string;
}

const ownWord = 'a word of our own, not of the field';
const riddle = 'a riddle: the reader has to guess who is meant';

export const replaced: readonly Replaced[] = [
  { word: /\bdoors?\b/i, reason: ownWord, instead: 'webhook endpoint, receiver, SMTP server' },
  { word: /\bpark(?:s|ed|ing)?\b/i, reason: ownWord, instead: 'pending update' },
  {
    word: /\b(?:an?|no|such|this|typing) signs?\b|\bsigns of\b|^\*\*Signs/im,
    reason: 'a sign may be anything',
    instead: 'typing indicator, read receipt, signal',
  },
  {
    word: /\b(?:its|their|in|of|our|your) turn\b/i,
    reason: 'order and rate limit are two things',
    instead: 'order, place, rate limit',
  },
  { word: /\bsettl(?:e|es|ed|ing)\b/i, reason: ownWord, instead: 'record the outcome, decide' },
  {
    word: /\bcomplaints?\b/i,
    reason: 'in mail a complaint is a report of spam',
    instead: 'refusal, validation error, violation',
  },
  { word: /\bverdicts?\b/i, reason: ownWord, instead: 'validation error, result' },
  { word: /\bweather\b/i, reason: ownWord, instead: 'conditions' },
  { word: /\bturnstiles?\b/i, reason: ownWord, instead: 'semaphore' },
  { word: /\bshel(?:f|ves)\b/i, reason: ownWord, instead: 'pool' },
  { word: /\blanes?\b/i, reason: ownWord, instead: 'queue' },
  { word: /\b(?:somebody|nobody|whoever)\b/i, reason: riddle, instead: 'the one who is meant' },
  {
    word: /(?<!dead |dead-|ASCII |lower-case |Latin )\bletters?\b/i,
    reason: 'a limit counts digits and signs too; a letter may be a mail',
    instead: 'characters, mail',
  },
];

export const exceptions: readonly Exception[] = [
  {
    path: 'docs/channels/email.md',
    text: 'complaint',
    reason: 'the name of the event by which SES reports spam',
  },
  ...['park, parked', 'lane', 'settle'].map((text) => ({
    path: 'docs/contributing/glossary.md',
    text: `| ${text} |`,
    reason: 'a word of the code that the glossary explains',
  })),
  {
    path: 'docs/reliability.md',
    text: "X's door without its guard",
    reason: 'the name of a mutant',
  },
  {
    path: 'docs/reliability.md',
    text: 'status lane that takes edits',
    reason: 'the name of a mutant',
  },
];

/** The texts of the command line: what stands between quotes in its sources. */
export function commandLineTexts(): Page[] {
  return globSync('infra/cli/**/*.ts', { cwd: root }).toSorted().map(readPage).map(literalsOf);
}

/** A source with what stands in its quotes and templates alone; every other character is blank. */
export function literalsOf({ path, text }: Page): Page {
  let rest = blank(text);
  for (const { start, end } of quotedParts(parseSource(text))) {
    rest = rest.slice(0, start) + text.slice(start, end) + rest.slice(end);
  }
  return { path, text: rest };
}

/** The prose of a page without names: no code, no targets of links. */
export function wordsOf(page: Page): Page {
  const text = proseOf(page)
    .replaceAll(/(`+)[^`\n]+?\1(?!`)/g, blank)
    .replaceAll(/\]\([^)\s]*\)/g, blank);
  return { path: page.path, text };
}

/** Replaced words that have come back, each with what to write. */
export function wordProblems(pages: readonly Page[], allowed: readonly Exception[]): string[] {
  return pages.flatMap((page) => {
    const own = allowed.filter(({ path }) => path === page.path);
    const text = own.reduce((rest, { text: each }) => without(rest, each), page.text);
    return replaced.flatMap(({ word, reason, instead }) =>
      [...text.matchAll(new RegExp(word, `g${word.flags}`))].map(
        ({ 0: found, index }) =>
          `${placeOf(page, index)}: "${found}" (${reason}); write: ${instead}`,
      ),
    );
  });
}

/** Exceptions that nothing needs any more. */
export function idleExceptions(pages: readonly Page[], allowed: readonly Exception[]): string[] {
  return allowed
    .filter(({ path, text }) => {
      const page = pages.find((each) => each.path === path);
      return page === undefined || without(page.text, text) === page.text;
    })
    .map(({ path, text }) => `${path} does not say "${text}"`);
}

function without(text: string, allowed: string): string {
  return text.replaceAll(new RegExp(allowed.replaceAll('|', '\\|'), 'gi'), blank);
}
