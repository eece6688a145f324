import type * as core from 'zod/v4/core';
import { reasonsOf, wordsFor } from '#shared/command/reasons';

/** The words for keys that no schema knows; zod's own for every other mistake. For `safeParse`. */
export function wordsForUnknown(issue: core.$ZodRawIssue): string | undefined {
  return issue.code === 'unrecognized_keys' ? wordsFor(issue) : undefined;
}

/** One sentence for each of these keys that a schema does not have: `spamm: unknown; did you mean spam?`. */
export function unknownKeys(keys: readonly string[], schema: core.$ZodType): readonly string[] {
  if (keys.length === 0) return [];
  const issue = { code: 'unrecognized_keys' as const, keys: [...keys], path: [] };
  const message = wordsFor({ ...issue, input: undefined, inst: schema }) ?? 'unknown';
  return reasonsOf([{ ...issue, message }]);
}

/** One mistake as a sentence: `accounts[0].account: given "My Shop", expected text that must match …`. */
export function problem(issue: core.$ZodIssue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') return reasonsOf([issue]).join('\n  ');
  const field = issue.path.map(segment).join('').replace(/^\./, '') || 'configuration';
  const given = JSON.stringify(issue.path.reduce(valueAt, value)) ?? 'nothing';
  const expected = expectation(issue.message);
  return `${field}: given ${given}${expected ? `, expected ${expected}` : `; ${issue.message}`}`;
}

function segment(key: PropertyKey): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`;
}

function valueAt(value: unknown, key: PropertyKey): unknown {
  return value === null || value === undefined ? undefined : Reflect.get(Object(value), key);
}

/** Zod's own wordings, turned into words for the allowed values. A schema's own message is a sentence already. */
const wordings: readonly [RegExp, string][] = [
  [/^Invalid input: expected (.+), received .+$/, '$1'],
  [/^(?:Invalid option|Too small|Too big|Invalid input): expected (.+)$/, '$1'],
  [/^Invalid string: must (.+)$/, 'text that must $1'],
  [/^Invalid (.+)$/, 'a valid $1'],
];

function expectation(message: string): string | undefined {
  const wording = wordings.find(([pattern]) => pattern.test(message));
  return wording && message.replace(...wording);
}
