import * as core from 'zod/v4/core';
import { ConnectorError } from '#shared/errors';
import type { ReplyContent } from '#shared/model/reply-content';
import type { ReplyComplaint } from './reply-complaint.ts';
import type { ReplyTarget, SenderDefinition } from './sender.ts';

/**
 * What a connector knows to be wrong with a reply before its provider is asked, beside what it declares. Pure, and
 * apart from the declaration: the receiving Lambda carries that one.
 */
export interface ReplyCheckDefinition<Account> {
  readonly account: core.$ZodType<Account>;
  /** The provider's limits, in words. */
  readonly check: (
    content: ReplyContent,
    target: ReplyTarget,
    account: Account,
  ) => ReplyComplaint | undefined;
  /** The sender's own: what it throws when the reply is sent is told when the reply is taken. */
  readonly render: SenderDefinition<Account, unknown, unknown>['render'];
}

/** As the functions that take replies see it. `settings` is what configuration says of the account. */
export type ReplyCheck = (
  content: ReplyContent,
  target: ReplyTarget,
  settings: unknown,
) => ReplyComplaint | undefined;

/** Closes a connector's types, as `defineSender` does, and adds a rehearsal of the rendering to its check. */
export function defineReplyCheck<Account>({
  account: schema,
  check,
  render,
}: ReplyCheckDefinition<Account>): ReplyCheck {
  return (content, target, settings) => {
    const account = core.parse(schema, settings);
    const complaint = check(content, target, account);
    if (complaint || isOpen(content, target)) return complaint;
    return unrenderable(() => render({ messageId: '', replyId: '', content }, target, account));
  };
}

/** The provider's id of a reply that is still to be sent comes before the turn of a reaction to it. */
function isOpen({ type }: ReplyContent, { reactsToProviderMessageId }: ReplyTarget): boolean {
  return type === 'reaction' && reactsToProviderMessageId === undefined;
}

function unrenderable(render: () => readonly unknown[]): ReplyComplaint | undefined {
  try {
    if (render().length > 0) return undefined;
    return { code: 'content_not_supported', title: 'nothing would be left of it to send' };
  } catch (fault) {
    if (fault instanceof ConnectorError) return { code: fault.code, title: fault.message };
    throw fault;
  }
}
