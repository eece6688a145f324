/** Strings, brackets and what stands between them. Only for texts that `JSON.parse` has read. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** The names so far of an object that is open; nothing for an open list. */
type Open = Set<string> | undefined;

/**
 * The first name that an object of this JSON gives twice. `JSON.parse` keeps the last of them and silently drops the
 * others. Without recursion: the text may be nested deeper than the call stack is long.
 */
export function repeatedName(json: string): string | undefined {
  const open: Open[] = [];
  let last = '';
  for (const [token] of json.matchAll(tokens)) {
    if (token === ':') {
      const name: string = JSON.parse(last);
      if (open.at(-1)?.has(name)) return name;
      open.at(-1)?.add(name);
    } else follow(token, open);
    last = token;
  }
  return undefined;
}

function follow(token: string, open: Open[]): void {
  if (token === '{') open.push(new Set());
  if (token === '[') open.push(undefined);
  if (token === '}' || token === ']') open.pop();
}
