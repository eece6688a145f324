import type { FailureCode } from '#shared/errors';

/** The reason why a provider would refuse a reply: the title names the field, the limit and what was given. */
export interface ReplyComplaint {
  readonly code: FailureCode;
  readonly title: string;
}

/** The first problem found. */
export function firstOf(
  complaints: readonly (ReplyComplaint | undefined)[],
): ReplyComplaint | undefined {
  return complaints.find((complaint) => complaint !== undefined);
}
