import { notPublic } from '#shared/media/public-url';
import { firstProblem, type JsonProblem, problemHere } from '#shared/storable';

/** A body as an object of JSON, or words for the caller that say what it is instead. */
export type JsonBody =
  | { readonly object: Readonly<Record<string, unknown>>; readonly text: string }
  | { readonly problem: string };

/**
 * Reads a body that is to be one object of JSON. The content type is not asked: only what was sent counts, and tools
 * that post JSON under another name are many (`curl --data` says that it is a form).
 */
export function readJsonBody(body: string | Uint8Array): JsonBody {
  const text = textOf(body);
  if (text === undefined) return { problem: 'the body is not UTF-8; send JSON' };
  if (text.trim() === '') return { problem: 'the body is empty; send a JSON object' };
  const value = parsed(text);
  if (value instanceof SyntaxError) return { problem: isForm(text) ? aForm : notJson(value) };
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { object: value as Record<string, unknown>, text };
  }
  return { problem: `the body is ${kindOf(value)}; allowed: an object` };
}

const aForm = 'the body is a form; send JSON';

/** A byte order mark is no part of a text, whichever way it came. */
function textOf(body: string | Uint8Array): string | undefined {
  if (typeof body === 'string') return body.replace(/^\ufeff/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (fault) {
    return fault instanceof SyntaxError ? fault : new SyntaxError();
  }
}

/** `name=value&…`, or the parts of a multipart form. */
function isForm(text: string): boolean {
  return /^[\w.%+*[\]-]+=/.test(text) || /^--.*\r?\ncontent-disposition: *form-data/i.test(text);
}

/** The parser says at which character it stopped; its quotation of the text is left out. */
function notJson({ message }: SyntaxError): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  const where =
    position === undefined ? '' : ` (it breaks off at character ${Number(position) + 1})`;
  return `the body is not JSON${where}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

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

const rounded = `a whole number beyond ${Number.MAX_SAFE_INTEGER}, which is not kept exactly; write it as a text`;

/**
 * The first thing in a value that would not reach the provider as it was given: half of a character (a lone
 * surrogate), which no UTF-8 can hold, the sign U+FFFD that stands for bytes which are not UTF-8, and a whole number that JSON's numbers have rounded. Only for values that
 * `unstorable` has found nothing in: their depth is bounded.
 */
export function inexact(value: unknown): JsonProblem | undefined {
  if (typeof value === 'string') return halfIn(value);
  if (typeof value === 'number') return isRounded(value) ? problemHere(rounded) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return firstProblem(value, (member, name) => halfIn(name) ?? inexact(member));
}

function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function halfIn(text: string): JsonProblem | undefined {
  if (!text.isWellFormed()) return problemHere('holds half of a character (a lone surrogate)');
  // The decoder of the body before us (API Gateway, for a text) has put it in place of bytes it could not read.
  return text.includes('\ufffd')
    ? problemHere('holds U+FFFD: it was not sent as UTF-8')
    : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The parts of a reply that a provider is given; the rest stays with us. */
const sentParts = [
  ...(['content', 'fallbackTemplate', 'author'] as const),
  ...(['subject', 'to', 'cc', 'bcc'] as const),
] as const;
/** Fields of one line: they become a header, or the name of a file. */
const line =
  /^(?:subject|(?:to|cc|bcc)\.\d+|author\.displayName|content\.(?:attachments\.\d+\.)?(?:fileName|contentType))$/;

/** Tab, line feed and carriage return are the controls that every provider takes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const noText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Noncharacter_Code_Point}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it finds
const noLine = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Noncharacter_Code_Point}/u;

/**
 * The first thing in a reply that some provider may not take: a control character or a code point that is no character
 * (providers refuse them, cut the text there, or silently drop them), and a file at an address that is not public. Only
 * for values that `unstorable` has found nothing in: their depth is bounded.
 */
export function unsendable(command: Fields): JsonProblem | undefined {
  const sent = Object.fromEntries(sentParts.map((name) => [name, command[name]]));
  return firstProblem(sent, (part, name) => unsendableIn(part, name)) ?? elsewhere(command);
}

function unsendableIn(value: unknown, place: string): JsonProblem | undefined {
  if (typeof value === 'string') return characterIn(value, line.test(place));
  if (typeof value !== 'object' || value === null) return undefined;
  return firstProblem(
    value,
    (member, name) => characterIn(name, false) ?? unsendableIn(member, `${place}.${name}`),
  );
}

function characterIn(text: string, isLine: boolean): JsonProblem | undefined {
  const [found] = (isLine ? noLine : noText).exec(text) ?? [];
  if (found === undefined) return undefined;
  const name = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const allowed = isLine ? 'one line without control characters' : 'text, tabs and line ends';
  return problemHere(`holds U+${name}, which is no text; allowed: ${allowed}`);
}

/**
 * Refuses a file at a web address that is not public: the provider fetches it. Files in S3 are checked with the
 * conversation.
 */
function elsewhere({ content }: Fields): JsonProblem | undefined {
  const { type, url } = (content ?? {}) as Fields;
  if (type !== 'media' || typeof url !== 'string' || /^s3:/i.test(url)) return undefined;
  const problem = notPublic(url);
  if (problem === undefined || !URL.canParse(url)) return undefined;
  const allowed = 'https: at a public host, or s3:';
  return { path: ['content', 'url'], problem: `${problem}; allowed: ${allowed}` };
}
