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
