import { firstProblem, type JsonProblem, problemHere } from '#shared/json-problem';

const rounded = `a whole number beyond ${Number.MAX_SAFE_INTEGER}, which is not kept exactly; write it as a text`;

/**
 * The first thing in a value that would not reach the provider as it was given: half of a character (a lone
 * surrogate), which no UTF-8 can hold, the sign U+FFFD that stands for bytes which are not UTF-8, and a whole number that JSON's numbers have rounded. Only for values that
 * `unstorable` has found nothing in: their depth is bounded.
 */
export function inexact(value: unknown): JsonProblem | undefined {
  if (typeof value === 'string') return halfIn(value);
  if (typeof value === 'number') return isRounded(value) ? problemHere(rounded) : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  return firstProblem(value, (member, name) => halfIn(name) ?? inexact(member));
}

function isRounded(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function halfIn(text: string): JsonProblem | undefined {
  if (!text.isWellFormed()) return problemHere('holds half of a character (a lone surrogate)');
  // The decoder of the body before us (API Gateway, for a text) has put it in place of bytes it could not read.
  return text.includes('\ufffd')
    ? problemHere('holds U+FFFD: it was not sent as UTF-8')
    : undefined;
}
