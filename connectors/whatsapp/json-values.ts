import type { JsonObject } from '#shared/json/parsed-json';

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
