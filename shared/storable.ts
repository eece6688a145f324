import { ConnectorError } from './errors.ts';

/**
 * DynamoDB holds 32 levels (developerguide/Constraints, "Attributes"); the rest is for the levels of an entry around a
 * provider's value. Real payloads have ten.
 */
const maxLevels = 24;

/**
 * The same value, if the table gives it back as it was. Throws `unreadable_payload` for a value it would refuse or
 * change: written again and again it would hold up everything behind it.
 */
export function storable<Value>(value: Value): Value {
  const found = unstorable(value);
  if (found) throw new ConnectorError('unreadable_payload', found.problem);
  return value;
}

/** The first thing in a value that the table would refuse or change. */
export function unstorable(value: unknown): JsonProblem | undefined {
  return unstorableIn(value, 0);
}

/** "Number": a magnitude of 1E-130 to 9.99…E+125, or zero (same page, "Data types"). */
const smallestNumber = 1e-130;
const endOfNumbers = 1e126;

function unstorableIn(value: unknown, level: number): JsonProblem | undefined {
  if (typeof value === 'number' && !isHeld(Math.abs(value))) {
    return problemHere('a number beyond what the table holds');
  }
  if (typeof value !== 'object' || value === null || isBytes(value)) return undefined;
  if (level > maxLevels) return problemHere(`nested deeper than ${maxLevels} levels`);
  return firstProblem(value, (member, name) =>
    isMisread(name, member)
      ? problemHere(`a member is named ${name}`)
      : unstorableIn(member, level + 1),
  );
}

/** The AWS SDK drops the first, and takes the second for a class by the name that it gives. */
function isMisread(name: string, member: unknown): boolean {
  return name === '__proto__' || (name === 'constructor' && typeof member === 'object');
}

/** The bytes of a file are not stored in the table, and are not text. */
function isBytes(value: object): boolean {
  return value instanceof Uint8Array;
}

function isHeld(magnitude: number): boolean {
  return magnitude === 0 || (magnitude >= smallestNumber && magnitude < endOfNumbers);
}

/**
 * The same value with every lone surrogate replaced by U+FFFD. Providers cut texts in the middle of an emoji;
 * DynamoDB and JSON over HTTP take only well-formed Unicode, and one bad character must not hold a conversation.
 */
export function wellFormed<Value>(value: Value): Value {
  return mapped(value) as Value;
}

function mapped(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(mapped);
  if (typeof value !== 'object' || value === null || isBytes(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key.toWellFormed(), mapped(member)]),
  );
}

/** A part of a JSON value that cannot stay as it is, with its place. */
export interface JsonProblem {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

/** A problem of the value itself. */
export function problemHere(problem: string): JsonProblem {
  return { path: [], problem };
}

/** The first problem among the members of an object or a list, with the path to it. */
export function firstProblem(
  value: object,
  find: (member: unknown, name: string) => JsonProblem | undefined,
): JsonProblem | undefined {
  for (const [name, member] of Object.entries(value)) {
    const found = find(member, name);
    const step = Array.isArray(value) ? Number(name) : name;
    if (found) return { ...found, path: [step, ...found.path] };
  }
  return undefined;
}
