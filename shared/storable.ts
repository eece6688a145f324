import { ConnectorError } from './errors.ts';

/**
 * DynamoDB holds 32 levels (developerguide/Constraints, "Attributes"); the rest is for what an entry puts around a
 * provider's value. Real payloads have ten.
 */
const mostLevels = 24;

/**
 * The same value, if the table gives it back as it was. Throws `unreadable_payload` for what it would refuse or
 * change: written again and again it would hold up everything behind it.
 */
export function storable<Value>(value: Value): Value {
  check(value, 0);
  return value;
}

/** "Number": a magnitude of 1E-130 to 9.99…E+125, or zero (same page, "Data types"). */
const smallestNumber = 1e-130;
const endOfNumbers = 1e126;

function check(value: unknown, level: number): void {
  if (typeof value === 'number' && !isHeld(Math.abs(value))) {
    throw new ConnectorError('unreadable_payload', 'a number beyond what the table holds');
  }
  if (typeof value !== 'object' || value === null) return;
  if (level > mostLevels) {
    throw new ConnectorError('unreadable_payload', `nested deeper than ${mostLevels} levels`);
  }
  for (const [name, member] of Object.entries(value)) {
    if (isMisread(name, member)) {
      throw new ConnectorError('unreadable_payload', `a member is named ${name}`);
    }
    check(member, level + 1);
  }
}

/** The AWS SDK drops the first, and takes the second for a class by the name that it gives. */
function isMisread(name: string, member: unknown): boolean {
  return name === '__proto__' || (name === 'constructor' && typeof member === 'object');
}

function isHeld(magnitude: number): boolean {
  return magnitude === 0 || (magnitude >= smallestNumber && magnitude < endOfNumbers);
}
