import type { FailureCode } from '#shared/errors';
import type { Advice } from '#shared/model/delivery-status';

/** The reason why a provider would refuse a reply: the title names the field, the limit and what was given. */
export interface ReplyProblem {
  readonly code: FailureCode;
  readonly title: string;
  readonly advice?: Advice;
}

/** The first problem found. */
export function firstOf(problems: readonly (ReplyProblem | undefined)[]): ReplyProblem | undefined {
  return problems.find((problem) => problem !== undefined);
}

/** A problem beside the limits: a field that is missing or has an impossible value. */
export function invalidReply(title: string): ReplyProblem {
  return { code: 'invalid_reply', title };
}
