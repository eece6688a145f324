import type { FailureCode } from '#shared/errors';

/** Why a provider would refuse a reply: the title names the field, the limit and what was given. */
export interface ReplyComplaint {
  readonly code: FailureCode;
  readonly title: string;
}

/** The first of them that complains. */
export function firstOf(
  complaints: readonly (ReplyComplaint | undefined)[],
): ReplyComplaint | undefined {
  return complaints.find((complaint) => complaint !== undefined);
}
