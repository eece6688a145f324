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

/** A quoted text, blanks, or a word. */
const piece = /"([^"\\]*(?:\\.?[^"\\]*)*)("?)|[ \t]+|[^"; \t]+/gsy;

/** Reads up to the next semicolon outside quotes. */
function readValue(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = '';
  let blanks = '';
  let end = start;
  let closed = false;
  piece.lastIndex = start;
  for (let match = piece.exec(text); match; match = piece.exec(text)) {
    const [whole, quoted] = match;
    end += whole.length;
    const isBlank = quoted === undefined && whole.trim() === '';
    if (isBlank) blanks += whole;
    else if (!closed) {
      value += `${value === '' ? '' : blanks}${quoted?.replace(/\\(.?)/gs, '$1') ?? whole}`;
      blanks = '';
      closed = quoted !== undefined;
    }
  }
  return { value, end };
}

interface Uncommented {
  readonly kept: string[];
  depth: number;
  opened: number;
  quoted: boolean;
  inParameter: boolean;
}

/** A field value without its comments. `filename=Invoice(1).pdf` has none: there the bracket continues a word. */
export function withoutComments(text: string): string {
  const state: Uncommented = { kept: [], depth: 0, opened: 0, quoted: false, inParameter: false };
  for (const { 0: token, index } of text.matchAll(/\\.?|["()=;]|[^\\"()=;]+/gs)) {
    if (opensComment(state, token)) open(state, index);
    else if (state.depth === 0) keep(state, token);
    else if (token === ')') state.depth -= 1;
  }
  // A bracket that is never closed opens no comment; it must not take a boundary with it.
  const isOpen = state.depth > 0 && text.includes(';', state.opened);
  return isOpen ? text : state.kept.join('');
}

function opensComment({ kept, depth, quoted, inParameter }: Uncommented, token: string): boolean {
  if (token !== '(' || quoted) return false;
  return depth > 0 || !inParameter || /^[ \t]?$/.test(kept.at(-1)?.at(-1) ?? '');
}

function open(state: Uncommented, index: number): void {
  if (state.depth === 0) state.opened = index;
  state.depth += 1;
}

function keep(state: Uncommented, token: string): void {
  if (token === '"') state.quoted = !state.quoted;
  if (!state.quoted && /^[=;]$/.test(token)) state.inParameter = token === '=';
  state.kept.push(token);
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
      const known = sections.get(key) ?? [];
      known.push({ number, text });
      sections.set(key, known);
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
