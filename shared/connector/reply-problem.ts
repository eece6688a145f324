import type { FailureCode } from '#shared/errors';

/** The reason why a provider would refuse a reply: the title names the field, the limit and what was given. */
export interface ReplyProblem {
  readonly code: FailureCode;
  readonly title: string;
}

/** The first problem found. */
export function firstOf(problems: readonly (ReplyProblem | undefined)[]): ReplyProblem | undefined {
  return problems.find((problem) => problem !== undefined);
}
