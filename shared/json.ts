import type * as z from 'zod';

/** Any JSON value, as the schemas of the model have it. */
export type Json = z.infer<ReturnType<typeof z.json>>;

/**
 * Types a part of a provider's payload as the JSON it is: it was parsed from a body and has come through a queue as
 * text. No schema may look: `z.json()` follows a hostile value to its depth and ends with the call stack.
 */
export function jsonOf(part: unknown): Json {
  return part as Json;
}

/**
 * Reads a JSON text. Gives undefined for what is none and never throws: the parser's own message quotes the text, which
 * may be what a customer wrote.
 */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A JSON object whose members are not checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one where it is something else, so that its members read as absent. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

type Defined<Value> = {
  [Key in keyof Value as undefined extends Value[Key] ? never : Key]: Value[Key];
} & {
  [Key in keyof Value as undefined extends Value[Key] ? Key : never]?: Exclude<
    Value[Key],
    undefined
  >;
};

/** Copies an object without the members that are undefined: an optional field is absent, never empty. */
export function omitUndefined<Value extends object>(value: Value): Defined<Value> {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as Defined<Value>;
}

/**
 * JSON in one spelling: keys sorted, and everything beyond printable ASCII escaped. The same value is always the same
 * bytes, in whatever order a database returns its keys; and SQS, which refuses control characters and lone surrogates,
 * never sees one (https://docs.aws.amazon.com/AWSSimpleQueueService, SendMessage).
 */
export function canonicalJson(value: unknown): string {
  return written(value).replace(/[\u007f-\uffff]/g, escaped);
}

/** The fast way first: only a hostile value is nested deeper than the stack. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value, sortedKeys);
  } catch (fault) {
    if (fault instanceof RangeError) return deepJson(value);
    throw fault;
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // A null prototype keeps a key named `__proto__` an ordinary key.
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, member] of sorted) copy[key] = member;
  return copy;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/**
 * Writes JSON as `JSON.stringify` does, for values that are nested deeper than the call stack is long: 100,000 brackets
 * fit into 200 KB, `JSON.parse` reads them, and a webhook that could not be queued would come again for days and hold
 * up those behind it. Only for values that `JSON.parse` made; keys sorted.
 */
function deepJson(value: unknown): string {
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

/** Writes a value as `JSON.stringify` does; one nested deeper than the call stack allows gets its keys sorted. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (fault) {
    if (fault instanceof RangeError) return deepJson(value);
    throw fault;
  }
}
