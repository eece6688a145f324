import type { ChannelCapabilities } from './connector/declaration.ts';
import type { Conversation } from './model/conversation.ts';
import type { DeliveryError } from './model/delivery-status.ts';
import type { ReplyContent } from './model/reply.ts';

/** Meta is the authority on its window, and its clock is not ours: a reply this close to the end is refused. */
const windowMarginSeconds = 60;

/**
 * Why a reply cannot go out by what is known now; undefined when nothing stands against it. Asked when a reply is
 * accepted and again just before it is sent, because a window may close in between.
 */
export function refusalOf(
  content: ReplyContent,
  conversation: Pick<Conversation, 'channel' | 'replyWindow'>,
  capabilities: ChannelCapabilities | undefined,
  now: Date,
): DeliveryError | undefined {
  if (!capabilities) {
    return refusal('content_not_supported', `nothing can be sent on ${conversation.channel} here`);
  }
  if (!capabilities.replyContent.includes(content.type)) {
    const allowed = capabilities.replyContent.join(', ');
    return refusal(
      'content_not_supported',
      `${conversation.channel} cannot carry ${content.type}; allowed: ${allowed}`,
    );
  }
  return tooLong(content, capabilities) ?? windowClosed(content, conversation, capabilities, now);
}

function tooLong(
  content: ReplyContent,
  { maxTextLength, maxTextParts, measureText }: ChannelCapabilities,
): DeliveryError | undefined {
  if (content.type !== 'text') return undefined;
  const length = measureText?.(content.text) ?? content.text.length;
  const limit = maxTextLength * maxTextParts;
  if (length <= limit) return undefined;
  return refusal('text_too_long', `the text has ${length} characters; allowed: ${limit}`);
}

/** A template is what may be sent outside the window. */
function windowClosed(
  content: ReplyContent,
  { replyWindow }: Pick<Conversation, 'replyWindow'>,
  { replyWindowHours }: ChannelCapabilities,
  now: Date,
): DeliveryError | undefined {
  if (replyWindowHours === undefined || content.type === 'template') return undefined;
  const closesAt = replyWindow === undefined ? 0 : Date.parse(replyWindow.closesAt);
  if (now.getTime() < closesAt - windowMarginSeconds * 1000) return undefined;
  return refusal(
    'reply_window_closed',
    `the reply window closed at ${replyWindow?.closesAt ?? 'no time: the customer has not written'}`,
  );
}

function refusal(code: string, title: string): DeliveryError {
  return { code, title, retryable: false };
}
