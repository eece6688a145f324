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
