/**
 * Writes JSON as `JSON.stringify` does, for values that are nested deeper than the call stack is long: 100,000 brackets
 * fit into 200 KB, `JSON.parse` reads them, and a webhook that could not be queued would come again for days and hold
 * up those behind it. Only for values that `JSON.parse` made; keys sorted.
 */
export function deepJson(value: unknown): string {
  const text: string[] = [];
  /** The parts still to be written, the next one last: a text as it is, or a value. */
  const left: ({ readonly text: string } | { readonly value: unknown })[] = [{ value }];
  for (let next = left.pop(); next; next = left.pop()) {
    if ('text' in next) text.push(next.text);
    else if (typeof next.value !== 'object' || next.value === null) {
      text.push(JSON.stringify(next.value) ?? 'null');
    } else left.push(...piecesOf(next.value).reverse());
  }
  return text.join('');
}

function piecesOf(value: object): ({ text: string } | { value: unknown })[] {
  const isList = Array.isArray(value);
  const members = isList
    ? value.map((member) => ['', member] as const)
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1));
  const pieces = members.flatMap(([key, member], index) => [
    { text: `${index > 0 ? ',' : ''}${isList ? '' : `${JSON.stringify(key)}:`}` },
    { value: member },
  ]);
  return [{ text: isList ? '[' : '{' }, ...pieces, { text: isList ? ']' : '}' }];
}

/** What `JSON.stringify` writes; where the value is nested deeper than the call stack is long, with its keys sorted. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (fault) {
    if (fault instanceof RangeError) return deepJson(value);
    throw fault;
  }
}
