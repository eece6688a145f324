import * as core from 'zod/v4/core';
import { ConnectorError } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { PricedUse } from '#shared/model/price';
import type { ReplyContent } from '#shared/model/reply-content';
import type { OutboundReply, Recipients, ReplyTarget } from './outbound-reply.ts';
import type { ReplyProblem } from './reply-problem.ts';
import type { FileToUpload, SenderDefinition } from './sender.ts';

/** A reply before it has ids: what is checked of it. */
export type ReplyToCheck = Omit<OutboundReply, 'messageId' | 'replyId' | 'authorName'>;

/**
 * A connector's check of a reply before its provider is asked, beside the limits it declares. Pure, and apart from the
 * declaration, which the receiving Lambda carries.
 */
export interface ReplyCheckDefinition<Account, Request> {
  readonly account: core.$ZodType<Account>;
  /** The provider's limits, in words. */
  readonly check: (
    content: ReplyContent,
    target: ReplyTarget,
    account: Account,
    reply: ReplyToCheck,
  ) => ReplyProblem | undefined;
  /** The sender's own: an error it would throw when the reply is sent is told when the reply is taken. */
  readonly render: SenderDefinition<Account, unknown, Request>['render'];
  /** The sender's own, where it has one: the check of a file is made when the reply is taken. */
  readonly filesOf?: (request: Request) => readonly FileToUpload[];
  /** The sender's own, where it has one: for the warning that a reply is dearer than it need be. */
  readonly usesOf?: SenderDefinition<Account, unknown, Request>['usesOf'];
  /** Tells of the messages that a reply becomes, for `metadata` of message.accepted; absent where there is nothing. */
  readonly describe?: (requests: readonly Request[], target: ReplyTarget) => OwnMetadata;
  /** The recipients of the messages, where the channel addresses several; absent: the customer alone. */
  readonly recipientsOf?: (requests: readonly Request[]) => Recipients | undefined;
}

/** The problem of a reply, or else the stored files that it shows and what is told of its messages. */
export type CheckedReply =
  | { readonly problem: ReplyProblem }
  | ({ readonly files: readonly FileToUpload[] } & ToldOfReply);

export interface ToldOfReply {
  readonly metadata?: OwnMetadata;
  readonly recipients?: Recipients;
  /** The uses that the provider charges for. */
  readonly uses?: readonly PricedUse[];
}

/** The check as the functions that take replies see it. `settings` is the configuration of the account. */
export type ReplyCheck = (
  reply: ReplyToCheck,
  target: ReplyTarget,
  settings: unknown,
) => CheckedReply;

/** Closes a connector's types, as `defineSender` does, and adds a rehearsal of the rendering to its check. */
export function defineReplyCheck<Account, Request>({
  account: schema,
  check,
  render,
  filesOf,
  usesOf,
  describe,
  recipientsOf,
}: ReplyCheckDefinition<Account, Request>): ReplyCheck {
  return (reply, target, settings) => {
    const account = core.parse(schema, settings);
    const problem = check(reply.content, target, account, reply);
    if (problem) return { problem };
    if (isOpen(reply.content, target)) return { files: [] };
    const requests = rehearsed(() =>
      render({ ...reply, messageId: '', replyId: '' }, target, account),
    );
    if ('problem' in requests) return requests;
    return omitUndefined({
      files: requests.flatMap((request) => filesOf?.(request) ?? []),
      uses: usesOf && requests.flatMap(usesOf),
      metadata: describe?.(requests, target),
      recipients: recipientsOf?.(requests),
    });
  };
}

/**
 * True for a reaction to a reply that is still to be sent: that reply gets its provider id before the reaction is sent.
 */
function isOpen({ type }: ReplyContent, { reactsToProviderMessageId }: ReplyTarget): boolean {
  return type === 'reaction' && reactsToProviderMessageId === undefined;
}

function rehearsed<Request>(
  render: () => readonly Request[],
): readonly Request[] | { readonly problem: ReplyProblem } {
  try {
    const requests = render();
    if (requests.length > 0) return requests;
    const title = 'nothing would be left of it to send';
    return { problem: { code: 'content_not_supported', title } };
  } catch (fault) {
    if (!(fault instanceof ConnectorError)) throw fault;
    const { code, message: title, advice } = fault;
    return { problem: { code, title, ...(advice ? { advice } : {}) } };
  }
}
