import type { JsonObject } from '#shared/json';

/** The elements of a list; none for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * The first of these fields that holds an id. X's ids outgrew doubles, so a number beyond 2^53 has already lost
 * digits and counts as absent; v1.1 objects carry the exact text beside it in `…_str`.
 */
export function idIn(from: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(from, name) ? from[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (Number.isSafeInteger(value)) return String(value);
  }
  return undefined;
}

/** The first of these fields that holds a text. */
export function textIn(from: JsonObject, ...names: readonly string[]): string | undefined {
  return names.map((name) => from[name]).find((value) => typeof value === 'string');
}
