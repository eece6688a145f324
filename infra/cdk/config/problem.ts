import type * as core from 'zod/v4/core';

/** One mistake as a sentence: `accounts[0].account: given "My Shop", expected text that must match …`. */
export function problem(issue: core.$ZodIssue, value: unknown): string {
  const field = issue.path.map(segment).join('').replace(/^\./, '') || 'configuration';
  if (issue.code === 'unrecognized_keys') return `${field}: unknown key ${issue.keys.join(', ')}`;
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
