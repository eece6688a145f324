import { existsSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { type Page, placeOf, proseOf, readPage, root } from './page.ts';

/** How GitHub names the anchor of a heading: lower case, no punctuation, dashes for spaces. */
export function anchorOf(heading: string): string {
  return heading
    .replaceAll(/`|\*|\[|\]\([^)]*\)/g, '')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\- _]/gu, '')
    .replaceAll(' ', '-');
}

function anchorsOf(page: Page): Set<string> {
  return new Set([...proseOf(page).matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchorOf(text)));
}

/** Links to files that are not there, and to headings that their page does not have. */
export function brokenLinks(page: Page): string[] {
  return [...proseOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].flatMap(
    ({ index, 1: target = '' }) => {
      const problem = linkProblem(page, target);
      return problem === undefined ? [] : [`${placeOf(page, index)}: ${problem}`];
    },
  );
}

function linkProblem(page: Page, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page.path : normalize(join(dirname(page.path), path));
  if (!existsSync(join(root, file))) return `${target} links to nothing`;
  if (anchor === undefined || statSync(join(root, file)).isDirectory()) return undefined;
  const linked = file === page.path ? page : readPage(file);
  return anchorsOf(linked).has(anchor) ? undefined : `${file} has no heading "${anchor}"`;
}
