import type { ChannelCapabilities } from './connector/declaration.ts';
import type { CheckReply } from './connector/reply-complaint.ts';
import type { FailureCode } from './errors.ts';
import type { Conversation } from './model/conversation.ts';
import type { DeliveryError } from './model/delivery-status.ts';
import { isGroup } from './model/identity.ts';
import type { ReplyCommand, ReplyContent } from './model/reply.ts';

/** Meta is the authority on its window, and its clock is not ours: a reply this close to the end is refused. */
const windowMarginSeconds = 60;

/** All that a reply is measured by. */
export interface ReplyRules {
  readonly capabilities: ChannelCapabilities | undefined;
  /** What the connector knows of its provider's limits beside what it declares. */
  readonly check: CheckReply | undefined;
}

/** What is to become of a reply by what is known now; nothing set: it may go out as it is. */
export interface Verdict {
  readonly refusal?: DeliveryError;
  /** The window is closed, and the reply brought what may be sent then. */
  readonly usesFallback?: true;
}

type Route = Pick<Conversation, 'channel' | 'customerIdentities' | 'replyWindow'>;

/**
 * Judges a reply. Asked when it is accepted and again just before it is sent, because a window may close in between.
 * A fallback is measured from the start: one that could not go out would be found out too late.
 */
export function verdictOn(
  { content, fallbackTemplate }: Pick<ReplyCommand, 'content' | 'fallbackTemplate'>,
  conversation: Route,
  rules: ReplyRules,
  now: Date,
): Verdict {
  const refusal = refusalOf(content, conversation, rules, now);
  const limited = rules.capabilities?.replyWindowHours !== undefined;
  if (!limited || fallbackTemplate === undefined) return refusal ? { refusal } : {};
  const inFallback = refusalOf(fallbackTemplate, conversation, rules, now);
  if (inFallback) {
    return { refusal: { ...inFallback, title: `fallbackTemplate: ${inFallback.title}` } };
  }
  if (refusal?.code === 'reply_window_closed') return { usesFallback: true };
  return refusal ? { refusal } : {};
}

/**
 * Why this content cannot go out by what is known now; undefined when nothing stands against it. The window comes
 * last: what is wrong with a reply is wrong at any time.
 */
function refusalOf(
  content: ReplyContent,
  conversation: Route,
  { capabilities, check }: ReplyRules,
  now: Date,
): DeliveryError | undefined {
  const { channel } = conversation;
  if (!capabilities) {
    return refusal('content_not_supported', `nothing can be sent on ${channel} here`);
  }
  const toGroup = isGroup(conversation.customerIdentities);
  const { groupReplyContent = [], replyContent } = capabilities;
  const allowed = toGroup ? groupReplyContent : replyContent;
  if (!allowed.includes(content.type)) {
    const what = `${channel} cannot carry ${content.type}${toGroup ? ' into a group' : ''}`;
    return refusal('content_not_supported', `${what}; allowed: ${allowed.join(', ') || 'nothing'}`);
  }
  const complaint = check?.(content, channel);
  return (
    tooLong(content, capabilities) ??
    (complaint && refusal(complaint.code, complaint.title)) ??
    windowClosed(content, conversation, capabilities, now)
  );
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

function refusal(code: FailureCode, title: string): DeliveryError {
  return { code, title, retryable: false };
}
