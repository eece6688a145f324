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
