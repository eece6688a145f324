import { type $ZodRawIssue, type $ZodType, safeParse } from 'zod/v4/core';
import { nearNames } from '#shared/command/near-names';
import { reasonsOf } from '#shared/command/reasons';
import { isObject } from '#shared/json';

/** The mistakes in the JSON of one secret, in words that hold nothing of its content. */
export interface SecretProblems {
  /** It cannot be used like this. */
  readonly wrong: readonly string[];
  /** It can be used, and has something that is not read. */
  readonly odd: readonly string[];
}

/** Finds what is missing in a secret, what has the wrong form, and names that are not read. */
export function secretProblems(schema: $ZodType, value: unknown): SecretProblems {
  const read = safeParse(schema, value, { error: wordsWithoutContent });
  const missing = read.success ? [] : reasonsOf(read.error.issues);
  const fields = secretFields(schema);
  const unknown = isObject(value) ? Object.keys(value).filter((key) => !fields.includes(key)) : [];
  const named = unknown.map((key) => ({ key, near: nearNames(key, fields) }));
  return {
    wrong: [
      ...missing,
      ...named.flatMap(({ key, near }) =>
        near.length > 0 ? `${shortened(key)}: unknown; did you mean ${near.join(' or ')}?` : [],
      ),
    ],
    odd: named.flatMap(({ key, near }) =>
      near.length > 0 ? [] : `${shortened(key)}: unknown, so not read; known: ${fields.join(', ')}`,
    ),
  };
}

/** The names that a secret may have. */
export function secretFields(schema: $ZodType): readonly string[] {
  const definition: object = schema._zod.def;
  return 'shape' in definition ? Object.keys(definition.shape as object) : [];
}

/** Says what kind of value was given, never the value: it is a secret. */
function wordsWithoutContent(issue: $ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `${kindOf(issue.input)}; allowed: ${article(issue.expected)}`;
    case 'too_small':
      return issue.input === '' || (Array.isArray(issue.input) && issue.input.length === 0)
        ? 'empty'
        : `too short; allowed: ${issue.minimum} or more`;
    case 'too_big':
      return `too long; allowed: ${issue.maximum} or fewer`;
    default:
      return 'does not have the form that the provider issues';
  }
}

function article(type: string): string {
  return /^[ao]/.test(type) ? `an ${type}` : `a ${type}`;
}

function kindOf(input: unknown): string {
  if (input === undefined) return 'missing';
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'an array';
  return typeof input === 'object' ? 'an object' : `a ${typeof input}`;
}

function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}
