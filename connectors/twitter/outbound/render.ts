import type { Account } from '#connectors/twitter/account';
import { declaration } from '#connectors/twitter/declaration';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import type { FileToUpload } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import type { ReplyContent } from '#shared/model/reply-content';
import { checkCashtags } from './cashtags.ts';
import { mediaKind } from './media-kinds.ts';
import type { TwitterFile, TwitterRequest } from './request.ts';
import { threadOf } from './thread.ts';
import { weightedLength } from './weighted-length.ts';

/** The visible part of a reply: its words, and its files. */
interface Shown {
  readonly text?: string;
  readonly files?: readonly TwitterFile[];
  readonly mediaIds?: readonly string[];
}

/**
 * A reply as X's requests: a direct message in a private conversation, an answer to the customer's post in a public
 * one; where the account says so, a thread of posts that answer each other. The files go with the first. Throws
 * `content_not_supported`, `text_too_long` and, where a public conversation holds no post to answer, `invalid_reply`.
 */
export function render(
  { content }: OutboundReply,
  target: ReplyTarget,
  account: Account,
): readonly TwitterRequest[] {
  const shown = shownBy(content);
  return target.visibility === 'private'
    ? [directMessage(shown, target)]
    : posts(shown, target, account);
}

/** The files that X must have before it can show them. */
export function filesOf({ files = [] }: TwitterRequest): readonly FileToUpload[] {
  return files.map(({ uri, contentType, fileName, maxSizeBytes }) => ({
    ...{ uri, contentType, maxSizeBytes },
    ...omitUndefined({ fileName }),
  }));
}

function shownBy(content: ReplyContent): Shown {
  switch (content.type) {
    case 'text': {
      const files = content.attachments?.map(fileOf);
      return { text: content.text, ...omitUndefined({ files }) };
    }
    case 'media': {
      const { caption, providerMediaId } = content;
      const shown = providerMediaId
        ? { mediaIds: [providerMediaId] }
        : { files: [fileOf(content)] };
      return { ...shown, ...(caption ? { text: caption } : {}) };
    }
    default:
      throw new ConnectorError(
        'content_not_supported',
        `X replies carry text and media, not content of type ${content.type}`,
      );
  }
}

interface NamedFile {
  readonly url?: string | undefined;
  readonly contentType: string;
  readonly fileName?: string | undefined;
  readonly altText?: string | undefined;
}

function fileOf({ url = '', contentType, fileName, altText }: NamedFile): TwitterFile {
  const kind = mediaKind(contentType);
  if (kind) return { uri: url, contentType, ...kind, ...omitUndefined({ fileName, altText }) };
  throw new ConnectorError('content_not_supported', `X does not take ${contentType}`);
}

function directMessage(shown: Shown, { customerIdentities }: ReplyTarget): TwitterRequest {
  const { maxTextLength } = declaration.channels.twitter;
  const { length } = shown.text ?? '';
  if (length > maxTextLength) {
    const title = `the direct message has ${length} characters; allowed: ${maxTextLength}`;
    throw new ConnectorError('text_too_long', title);
  }
  return { kind: 'dm', participantId: customerIdentities[0].address, ...shown };
}

function posts(shown: Shown, target: ReplyTarget, account: Account): readonly TwitterRequest[] {
  // Never the root of the thread: it may be a stranger's post.
  const inReplyToPostId = target.inReplyToProviderMessageId ?? target.lastInboundProviderMessageId;
  if (!inReplyToPostId) {
    const title = 'this public conversation holds no post of the customer to answer';
    throw new ConnectorError('invalid_reply', title);
  }
  const { text, ...files } = shown;
  const [first, ...others] = text === undefined ? [undefined] : textsOf(text, account);
  for (const each of [first, ...others]) checkCashtags(each ?? '', account.maxCashtags);
  const post = { kind: 'post', inReplyToPostId } as const;
  return [
    { ...post, ...omitUndefined({ text: first }), ...files },
    ...others.flatMap((other) =>
      other === undefined ? [] : { ...post, text: other, continuesThread: true as const },
    ),
  ];
}

/** The texts of the posts: one, or those of a thread. */
function textsOf(text: string, account: Account): readonly string[] {
  const { longReplies, maxPostLength: maxLength, maxThreadPosts, numberedPosts } = account;
  const isThread = longReplies === 'thread';
  const limits = { maxLength, maxPosts: maxThreadPosts, isNumbered: numberedPosts };
  const weight = weightedLength(text);
  const texts = weight <= maxLength ? [text] : isThread ? threadOf(text, limits) : undefined;
  if (texts) return texts;
  const allowed = isThread ? `${maxThreadPosts} posts of ${maxLength}` : String(maxLength);
  const title = `the public reply weighs ${weight} of X’s characters; allowed: ${allowed}`;
  // A direct message takes it, unless it is longer than that, too.
  const fits = text.length <= declaration.channels.twitter.maxTextLength;
  throw new ConnectorError('text_too_long', title, fits ? { advice: replyInPrivate } : {});
}

const replyInPrivate = { action: 'reply_in_private', channel: 'twitter' } as const;
