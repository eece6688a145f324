import type { SourceFile } from './tree-rules.ts';

/** Three names are a list; one or two are an example. */
const leastNames = 3;

/** Lists of connectors or channels that a file writes down, as `path:line: names`. */
export function literalLists(
  { path, text }: SourceFile,
  ...vocabularies: readonly (readonly string[])[]
): string[] {
  const found = vocabularies.flatMap((names) => [
    ...inBrackets(text, names),
    ...inBraces(text, names),
    ...inUnions(text, names),
    ...inKeys(text, names),
  ]);
  const lines = new Map(found.map(({ line, names }) => [line, names]));
  return [...lines].map(([line, names]) => `${path}:${line}: ${names.join(', ')}`);
}

interface Found {
  readonly line: number;
  readonly names: readonly string[];
}

const lineAt = (text: string, index: number) => text.slice(0, index).split('\n').length;

function quotedIn(text: string, names: readonly string[]): string[] {
  return names.filter((name) => text.includes(`'${name}'`));
}

/** `['whatsapp', 'twilio', 'twitter']` */
function inBrackets(text: string, names: readonly string[]): Found[] {
  return [...text.matchAll(/\[[^[\]]*\]/g)].flatMap(({ 0: list, index }) => {
    const quoted = quotedIn(list, names);
    return quoted.length < leastNames ? [] : { line: lineAt(text, index), names: quoted };
  });
}

/** `{ whatsapp: 1, twilio: 2, twitter: 3 }` */
function inBraces(text: string, names: readonly string[]): Found[] {
  return [...text.matchAll(/\{[^{}\n]*\}/g)].flatMap(({ 0: object, index }) => {
    const keys = [...object.matchAll(/[{,] *'?([\w-]+)'?:/g)].map(([, key = '']) => key);
    const listed = names.filter((name) => keys.includes(name));
    return listed.length < leastNames ? [] : { line: lineAt(text, index), names: listed };
  });
}

/** `'whatsapp' | 'twilio' | 'twitter'` */
function inUnions(text: string, names: readonly string[]): Found[] {
  return [...text.matchAll(/(?:'[\w-]+'\s*\|\s*)+'[\w-]+'/g)].flatMap(({ 0: union, index }) => {
    const quoted = quotedIn(union, names);
    return quoted.length < leastNames ? [] : { line: lineAt(text, index), names: quoted };
  });
}

/** Members of one object, and rows of one table: lines of the same indent without a shallower one between them. */
function inKeys(text: string, names: readonly string[]): Found[] {
  const found: Found[] = [];
  let open: { indent: number; line: number; names: Set<string> }[] = [];
  const close = (indent: number) => {
    for (const each of open.filter((block) => block.indent > indent)) {
      if (each.names.size >= leastNames) found.push({ line: each.line, names: [...each.names] });
    }
    open = open.filter((block) => block.indent <= indent);
  };
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const indent = line.length - line.trimStart().length;
    close(indent);
    const [, name = ''] = /^\s*\[?'?([\w-]+)'?(?::|,|\()/.exec(line) ?? [];
    if (!names.includes(name)) continue;
    const block = open.find((each) => each.indent === indent);
    if (block) block.names.add(name);
    else open.push({ indent, line: index + 1, names: new Set([name]) });
  }
  close(-1);
  return found;
}
