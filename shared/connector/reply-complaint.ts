import type { FailureCode } from '#shared/errors';
import type { Channel } from '#shared/model/channel';
import type { ReplyContent } from '#shared/model/reply';

/** Why a provider would refuse a reply: the title names the field, the limit and what was given. */
export interface ReplyComplaint {
  readonly code: FailureCode;
  readonly title: string;
}

/**
 * What a connector knows to be wrong with a reply before its provider is asked, beside what it declares. Pure, and
 * apart from the declaration: the receiving Lambda carries that one.
 */
export type CheckReply = (content: ReplyContent, channel: Channel) => ReplyComplaint | undefined;
