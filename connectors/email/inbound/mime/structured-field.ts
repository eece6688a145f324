import { decodeText } from './charset.ts';

/** A field such as `text/plain; charset=utf-8`: its value in lower case, and its parameters. */
export interface StructuredField {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Reads a structured field by the rules of postal-mime, so that both see the same parts in a mail: comments go, the
 * first of two equal parameters counts, and what follows a closed quote is junk.
 */
export function readStructured(field: string): StructuredField {
  const text = withoutComments(field);
  const first = readValue(text, 0);
  const parameters = new Map<string, string>();
  let position = first.end + 1;
  while (position <= text.length) {
    const end = firstOf(text, /[=;]/g, position);
    const name = text.slice(position, end).trim().toLowerCase();
    const read = text[end] === '=' ? readValue(text, end + 1) : { value: '', end };
    const isNamed = name !== '' || text[end] === '=';
    if (isNamed && !parameters.has(name)) parameters.set(name, read.value);
    position = read.end + 1;
  }
  return { value: first.value.toLowerCase(), parameters: withContinuations(parameters) };
}

function firstOf(text: string, pattern: RegExp, position: number): number {
  pattern.lastIndex = position;
  return pattern.exec(text)?.index ?? text.length;
}

/** Reads up to the next semicolon outside quotes. */
function readValue(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = '';
  let blanks = '';
  let quoted = false;
  let closed = false;
  let index = start;
  for (; index < text.length; index += 1) {
    const letter = text[index] ?? '';
    if (quoted && letter === '\\') {
      index += 1;
      value += text[index] ?? '';
    } else if (quoted && letter === '"') {
      quoted = false;
      closed = true;
    } else if (!quoted && letter === ';') break;
    else if (!quoted && letter === '"') {
      quoted = true;
      if (value !== '') value += blanks;
      blanks = '';
    } else if (!quoted && (letter === ' ' || letter === '\t')) blanks += letter;
    else if (!closed) {
      value += value === '' ? letter : `${blanks}${letter}`;
      blanks = '';
    }
  }
  return { value, end: index };
}

/** A field value without its comments. `filename=Invoice(1).pdf` has none: there the bracket continues a word. */
export function withoutComments(text: string): string {
  const kept: string[] = [];
  let [depth, opened] = [0, 0];
  let [quoted, inParameter] = [false, false];
  for (let index = 0; index < text.length; index += 1) {
    const letter = text[index] ?? '';
    const isOutside = !quoted && letter === '(' && depth === 0;
    if (letter === '\\') {
      if (depth === 0) kept.push(letter, text[index + 1] ?? '');
      index += 1;
    } else if (isOutside ? mayOpen(kept, inParameter) : letter === '(' && depth > 0) {
      if (depth === 0) opened = index;
      depth += 1;
    } else if (depth > 0) {
      if (letter === ')') depth -= 1;
    } else {
      if (letter === '"') quoted = !quoted;
      if (!quoted && letter === '=') inParameter = true;
      if (!quoted && letter === ';') inParameter = false;
      kept.push(letter);
    }
  }
  // A bracket that is never closed opens no comment; it must not take a boundary with it.
  return depth > 0 && text.includes(';', opened) ? text : kept.join('');
}

function mayOpen(kept: readonly string[], inParameter: boolean): boolean {
  const last = kept.at(-1) ?? ' ';
  return !inParameter || last === ' ' || last === '\t';
}

/** `name*0*=utf-8''a; name*1=b` (RFC 2231) under the name of the whole. */
function withContinuations(parameters: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const whole = new Map<string, string>();
  const sections = new Map<string, { readonly number: number; readonly text: string }[]>();
  for (const [name, value] of parameters) {
    const mark = /\*(?:(\d+)\*?)?$/.exec(name);
    if (mark) {
      const key = name.slice(0, mark.index);
      const number = Number(mark[1] ?? 0);
      const text = name.endsWith('*') ? percentDecoded(value, number === 0) : value;
      sections.set(key, [...(sections.get(key) ?? []), { number, text }]);
    } else whole.set(name, value);
  }
  for (const [name, parts] of sections) {
    const sorted = parts.toSorted((one, other) => one.number - other.number);
    whole.set(name, sorted.map(({ text }) => text).join(''));
  }
  return whole;
}

function percentDecoded(value: string, isFirst: boolean): string {
  const [, charset, rest = value] = (isFirst && /^([^']*)'[^']*'(.*)$/s.exec(value)) || [];
  const bytes = Buffer.from(rest).toString('latin1');
  const decoded = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return decodeText(Buffer.from(decoded, 'latin1'), charset);
}
