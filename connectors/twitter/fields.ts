import { isObject, type JsonObject } from '#shared/json';

/** The elements of a list; none for anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * The first of these fields that holds an id. X's ids outgrew doubles: the exact text beside a number, in `…_str`,
 * counts first, and a number beyond 2^53 without one has lost digits and counts as absent.
 */
export function idIn(from: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names.flatMap((each) => [`${each}_str`, each])) {
    const value = Object.hasOwn(from, name) ? from[name] : undefined;
    if (typeof value === 'string' && value !== '') return value;
    if (Number.isSafeInteger(value)) return String(value);
  }
  return undefined;
}

/** The object with the exact text of each id, where it stands beside the number in `…_str`. */
export function withExactIds(value: unknown): unknown {
  if (!isObject(value)) return value;
  const exact = Object.entries(value).flatMap(([name, text]) => {
    const [, id] = /^(.*id)_str$/.exec(name) ?? [];
    return id !== undefined && typeof text === 'string' ? [[id, text] as const] : [];
  });
  return exact.length === 0 ? value : { ...value, ...Object.fromEntries(exact) };
}

/** The first of these fields that holds a text. */
export function textIn(from: JsonObject, ...names: readonly string[]): string | undefined {
  return names.map((name) => from[name]).find((value) => typeof value === 'string');
}
