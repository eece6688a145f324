import { ConnectorError } from './errors.ts';
import { firstProblem, type JsonProblem, problemHere } from './json-problem.ts';

/**
 * DynamoDB holds 32 levels (developerguide/Constraints, "Attributes"); the rest is for the levels of an entry around a
 * provider's value. Real payloads have ten.
 */
const mostLevels = 24;

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
  if (typeof value !== 'object' || value === null) return undefined;
  if (level > mostLevels) return problemHere(`nested deeper than ${mostLevels} levels`);
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

function isHeld(magnitude: number): boolean {
  return magnitude === 0 || (magnitude >= smallestNumber && magnitude < endOfNumbers);
}
