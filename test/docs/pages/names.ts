import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, codeSpans, type Page, placeOf, proseOf, root } from './page.ts';

const folders = ['.ci', '.github', 'infra', 'connectors', 'functions', 'shared', 'test', 'docs'];

/** Every file of ours, with the folders they are in. */
const files = globSync([`{${folders.join(',')}}/**`, '*', '.ci/*', '.github/**'], {
  cwd: root,
  exclude: ['node_modules', 'dist', 'cdk.out'],
});

/** Whether a path with `<name>` and `*` in it is that of a file, or the end of one. */
function isFile(path: string): boolean {
  const shape = path
    .replace(/\/$/, '')
    .split(/<[^>]*>|\*/)
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]*');
  return files.some((file) => new RegExp(`(^|/)${shape}$`).test(file));
}

/** With a folder of ours, or a source without one. */
function isPath(text: string): boolean {
  const [first = ''] = text.split('/');
  const ours = text.includes('/') && folders.includes(first);
  return /^[\w.<>*/-]+$/.test(text) && (ours || text.endsWith('.ts'));
}

/** Files named in the prose that are not there. */
export function missingFiles(page: Page): string[] {
  return codeSpans(page)
    .filter(({ text }) => isPath(text))
    .filter(({ text }) => !isFile(text))
    .map(({ text, index }) => `${placeOf(page, index)}: there is no ${text}`);
}

const wordsOf = (text: string): string[] => text.match(/[A-Za-z_][\w-]*/g) ?? [];

/** Every word of the sources: names, keys, and what is written in texts. */
export function sourceWords(patterns: readonly string[]): Set<string> {
  return new Set(
    globSync([...patterns], { cwd: root }).flatMap((file) =>
      wordsOf(readFileSync(join(root, file), 'utf8')),
    ),
  );
}

/**
 * Words between backticks that no source knows, unless they are foreign. Of a test in a command the path counts
 * (contributing.test.ts), and not its words; of an example in JSON the keys, and not its values.
 */
export function unknownWords(
  page: Page,
  known: ReadonlySet<string>,
  foreign: ReadonlySet<string>,
): string[] {
  const spans = codeSpans(page).filter(({ text }) => !isPath(text));
  return spans.flatMap(({ text, index }) =>
    wordsOf(keysOf(text).replaceAll(/\btest\/\S+/g, ''))
      .filter((word) => !known.has(word) && !foreign.has(word))
      .map((word) => `${placeOf(page, index)}: no source knows "${word}" of \`${text}\``),
  );
}

/** The keys of a value in JSON; any other text as it is. */
function keysOf(text: string): string {
  if (!text.startsWith('{')) return text;
  try {
    const keys: string[] = [];
    JSON.parse(text, (key, value: unknown) => {
      keys.push(key);
      return value;
    });
    return keys.join(' ');
  } catch {
    return text;
  }
}

interface Called {
  readonly command: string;
  readonly options: readonly string[];
  readonly place: string;
}

/** Every call of a program in the prose and in the blocks for a shell. */
export function callsOf(page: Page, program: string): Called[] {
  const inBlocks = blocksOf(page)
    .filter(({ language }) => ['sh', 'console'].includes(language))
    .flatMap(({ code, line }) =>
      code
        .replaceAll('\\\n', ' ')
        .split('\n')
        .map((text, at) => ({ text, place: `${page.path}:${line + 1 + at}` })),
    );
  const inProse = codeSpans(page).map(({ text, index }) => ({ text, place: placeOf(page, index) }));
  const name = program.replaceAll('.', '\\.');
  const call = new RegExp(`(?:^|[ $&;(])${name} +([\\w:-]+)([^#]*)`);
  return [...inBlocks, ...inProse].flatMap(({ text, place }) => {
    const [, command, rest = ''] = call.exec(text) ?? [];
    if (command === undefined) return [];
    const bare = rest.replaceAll(/"[^"]*"|'[^']*'/g, '');
    return [{ command, options: bare.match(/(?<=\s)--[a-z][\w-]*/g) ?? [], place }];
  });
}

/** Options in the prose that stand alone: `--reply-id`. */
export function loneOptions(page: Page): { option: string; place: string }[] {
  return codeSpans(page).flatMap(({ text, index }) => {
    const [, option] = /^(--[a-z][\w-]*)/.exec(text) ?? [];
    return option === undefined ? [] : [{ option, place: placeOf(page, index) }];
  });
}

/** Names of a shape in the prose that are not among those that exist. */
export function unknownNames(page: Page, shape: RegExp, exist: ReadonlySet<string>): string[] {
  return codeSpans(page)
    .filter(({ text }) => shape.test(text) && !exist.has(text))
    .map(({ text, index }) => `${placeOf(page, index)}: there is no ${text}`);
}

/** The prose of one section, with its heading's level at most. */
export function sectionOf(page: Page, heading: string): string {
  const [, text] =
    new RegExp(`^## ${heading}$([\\s\\S]*?)(?=^## |(?![\\s\\S]))`, 'm').exec(proseOf(page)) ?? [];
  if (text === undefined) throw new Error(`${page.path} has no section "${heading}"`);
  return text;
}
