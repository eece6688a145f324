import type { Account } from '#connectors/twitter/account';
import { declaration } from '#connectors/twitter/declaration';
import type { OutboundReply, ReplyTarget } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import { weightedLength } from './weighted-length.ts';

/** One request to X. */
export type TwitterRequest =
  | { readonly kind: 'dm'; readonly participantId: string; readonly text: string }
  | { readonly kind: 'post'; readonly inReplyToPostId: string; readonly text: string };

/**
 * A reply as X's request: a direct message in a private conversation, an answer to the customer's post in a public
 * one. Always one request: a longer text is refused (declaration.ts says why). Throws `content_not_supported`,
 * `text_too_long` and, where a public conversation holds no post to answer, `invalid_reply`.
 */
export function render(
  { content }: OutboundReply,
  target: ReplyTarget,
  account: Account,
): readonly TwitterRequest[] {
  if (content.type !== 'text') {
    throw new ConnectorError(
      'content_not_supported',
      `X replies carry text, not content of type ${content.type}`,
    );
  }
  return target.visibility === 'private'
    ? [directMessage(content.text, target)]
    : [post(content.text, target, account)];
}

function directMessage(text: string, target: ReplyTarget): TwitterRequest {
  refuseLonger(text.length, declaration.channels.twitter.maxTextLength, 'direct message');
  return { kind: 'dm', participantId: target.customerIdentities[0].address, text };
}

function post(text: string, target: ReplyTarget, { maxPostLength }: Account): TwitterRequest {
  refuseLonger(weightedLength(text), maxPostLength, 'public reply in X’s weighted characters');
  const inReplyToPostId =
    target.inReplyToProviderMessageId ?? target.lastInboundProviderMessageId ?? target.threadKey;
  if (inReplyToPostId) return { kind: 'post', inReplyToPostId, text };
  throw new ConnectorError('invalid_reply', 'this public conversation names no post to answer');
}

function refuseLonger(given: number, allowed: number, what: string): void {
  if (given <= allowed) return;
  throw new ConnectorError('text_too_long', `the ${what} is ${given} long, allowed is ${allowed}`);
}
