import { nearNames } from '#shared/command/near-names';
import { invalidReply, type ReplyProblem } from '#shared/connector/reply-problem';
import type { JsonObject } from '#shared/json';

/** The limit for a name in an error message: none of Meta's is longer. */
const longestName = 60;

/** The first member that Meta has no use for: it answers "Unexpected key" (code 100). */
export function unknownMember(
  object: JsonObject,
  allowed: readonly string[],
  place: string,
): ReplyProblem | undefined {
  const name = Object.keys(object).find((each) => !allowed.includes(each));
  if (name === undefined) return undefined;
  const near = nearNames(name, allowed);
  const words =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : `allowed: ${allowed.join(', ')}`;
  return invalidReply(`${place}.${name.slice(0, longestName).toWellFormed()} is unknown; ${words}`);
}

/** A kind that is written almost like a known one. Any other may be new. */
export function misspelt(
  given: string,
  known: readonly string[],
  place: string,
): ReplyProblem | undefined {
  const near = nearNames(given.slice(0, longestName), known);
  if (near.length === 0) return undefined;
  return invalidReply(`${place} is ${shown(given)}; did you mean ${near.join(' or ')}?`);
}

/** A value as an error message quotes it. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 100).toWellFormed();
}
