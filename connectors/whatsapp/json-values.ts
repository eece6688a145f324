/** A JSON object whose members nobody has checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one where it is something else, so that its members read as absent. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** A text with something in it. Numbers count: Meta writes some ids as JSON numbers (template updates). */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first of these members that holds a text. */
export function firstText(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(object[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}
