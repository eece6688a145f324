import type { ChannelCapabilities } from '#shared/connector/declaration';
import type { CheckedReply, ReplyToCheck } from '#shared/connector/define-reply-check';
import type { Recipients, ReplyTarget } from '#shared/connector/outbound-reply';
import type { FileToUpload } from '#shared/connector/sender';
import type { FailureCode } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import type { Conversation } from '#shared/model/conversation';
import type { DeliveryError } from '#shared/model/delivery-status';
import { isGroup } from '#shared/model/identity';
import type { OwnMetadata } from '#shared/model/metadata-name';
import { type PriceTable, priceWarning } from '#shared/model/price';
import type { ReplyContent } from '#shared/model/reply-content';
import { asText } from './as-text.ts';
import { notHonoured, type ReplyToValidate } from './fields.ts';
import { elsewhereTitle, filesIn, replyFileKey } from './file.ts';
import type { PersonalDataSettings } from './personal-data/settings.ts';
import { scheduleProblem } from './schedule.ts';
import { type ReplyRoute, targetIn } from './target.ts';

/** Meta is the authority on its window, and its clock is not ours: a reply this close to the end is refused. */
const windowMarginSeconds = 60;

/** The rules that a reply is checked by. */
export interface ReplyRules {
  readonly capabilities: ChannelCapabilities | undefined;
  /** The connector's check of its provider's limits, beside those it declares. */
  readonly check: (reply: ReplyToCheck, target: ReplyTarget) => CheckedReply;
  /** Holds the files that replies show. */
  readonly archiveBucket: string;
  /** The provider's prices, where it charges by the use. */
  readonly prices?: PriceTable;
  /** The personal data that public replies may not show. */
  readonly personalData?: PersonalDataSettings;
  /** The senders, beside our address, that a customer's consent for such replies may name: a Messaging Service. */
  readonly consentSenders?: readonly string[];
}

/** The result of the check as things are now; nothing set: the reply may go out as it is. */
export interface ReplyValidation {
  readonly refusal?: DeliveryError;
  /** The window is closed, and the reply brought a fallback for that. */
  readonly usesFallback?: true;
  /** The channel cannot show the content, and the reply allows that it goes out as a text. */
  readonly goesAsText?: true;
  /** An automatic reply, of which only one goes to each of these addresses in so many seconds. */
  readonly automatic?: { readonly addresses: readonly string[]; readonly secondsApart: number };
  /** Told of its messages beside the reply. */
  readonly metadata?: OwnMetadata;
  /** The recipients of its messages, where the channel addresses several. */
  readonly recipients?: Recipients;
}

/** The conversation, and the messages that the reply names, where the provider's ids of them are known already. */
type RouteToCheck = ReplyRoute &
  Pick<Conversation, 'replyWindow'> &
  Pick<
    ReplyTarget,
    | ('reactsToProviderMessageId' | 'inReplyToProviderMessageId' | 'lastInboundProviderMessageId')
    | ('answeredAuthor' | 'copied' | 'recipients')
  >;

/**
 * Checks a reply. Called when it is accepted and again just before it is sent, because a window may close in between. A
 * fallback is checked from the start: a mistake in it would be found out too late.
 */
export function validateReply(
  reply: ReplyToValidate,
  conversation: RouteToCheck,
  rules: ReplyRules,
  now: Date,
): ReplyValidation {
  const { fallbackTemplate } = reply;
  const refusal = refusalOf(reply, conversation, rules, now);
  const asItIs: ReplyValidation = reply.asText ? { goesAsText: true } : {};
  if (fallbackTemplate === undefined) return refusal ? { refusal } : asItIs;
  if (refusal && refusal.code !== 'reply_window_closed') return { refusal };
  const inFallback = refusalOf({ content: fallbackTemplate }, conversation, rules, now);
  if (inFallback) {
    return { refusal: { ...inFallback, title: `fallbackTemplate: ${inFallback.title}` } };
  }
  return refusal ? { usesFallback: true } : asItIs;
}

/**
 * The reason why this reply cannot go out now; undefined when there is none. The window comes last: every other mistake
 * is one at any time.
 */
function refusalOf(
  reply: ReplyToValidate,
  conversation: RouteToCheck,
  { capabilities, check, archiveBucket }: ReplyRules,
  now: Date,
): DeliveryError | undefined {
  if (!capabilities) {
    return refusal('content_not_supported', `nothing can be sent on ${conversation.channel} here`);
  }
  const unfit =
    notCarried(reply, conversation, capabilities) ??
    notHonoured(reply, conversation, capabilities) ??
    (reply.sendAt ? scheduleProblem(reply, capabilities, now) : undefined);
  if (unfit) return unfit;
  const content = contentSent(reply);
  return (
    tooLong(content, conversation, capabilities) ??
    fileElsewhere(content, archiveBucket) ??
    refusedByConnector(check(outboundOf(reply), targetOf(conversation))) ??
    windowClosed(content, conversation, capabilities, now)
  );
}

function notCarried(
  { content: { type }, asText: allowsText }: ReplyToValidate,
  { channel, customerIdentities }: RouteToCheck,
  { groupReplyContent = [], replyContent, replyFields = {} }: ChannelCapabilities,
): DeliveryError | undefined {
  const toGroup = isGroup(customerIdentities);
  const allowed = toGroup ? groupReplyContent : replyContent;
  if (allowed.includes(type)) return undefined;
  const { asText: texts = [] } = toGroup ? {} : replyFields;
  if (allowsText && texts.includes(type)) return undefined;
  const what = `${channel} cannot carry ${type}${toGroup ? ' into a group' : ''}`;
  const hint = texts.includes(type) ? `; with asText: true it goes out as numbered text` : '';
  const title = `${what}; allowed: ${allowed.join(', ') || 'nothing'}${hint}`;
  return refusal('content_not_supported', title);
}

/**
 * Refuses a file in S3 that a reply may not show: we read it with our rights. A provider fetches a file on the web
 * itself.
 */
function fileElsewhere(content: ReplyContent, bucket: string): DeliveryError | undefined {
  const stored = filesIn(content).filter(({ url }) => /^s3:/i.test(url));
  const bad = stored.find(({ url }) => replyFileKey(bucket, url) === undefined);
  if (bad === undefined) return undefined;
  return refusal('invalid_reply', `${bad.path}${elsewhereTitle(bucket, bad.url)}`);
}

function refusedByConnector(checked: CheckedReply): DeliveryError | undefined {
  if (!('problem' in checked)) return undefined;
  const { code, title, advice } = checked.problem;
  return { ...refusal(code, title), ...(advice ? { advice } : {}) };
}

/** Tells of the messages that a reply becomes; only for one that is not refused and goes out as it is. */
export function toldOf(
  reply: ReplyToValidate,
  conversation: RouteToCheck,
  { check, prices }: ReplyRules,
): Pick<ReplyValidation, 'metadata' | 'recipients'> {
  const checked = check(outboundOf(reply), targetOf(conversation));
  if ('problem' in checked) return {};
  const { metadata = {}, recipients, uses = [] } = checked;
  const costWarning = prices && priceWarning(prices, uses);
  return {
    metadata: { ...metadata, ...(costWarning ? { costWarning } : {}) },
    ...(recipients ? { recipients } : {}),
  };
}

/** The reply as its connector renders it. */
function outboundOf(reply: ReplyToValidate): ReplyToCheck {
  const { sendAt, subject, to, cc, bcc, purpose, author } = reply;
  return {
    content: contentSent(reply),
    ...omitUndefined({ sendAt, subject, to, cc, bcc }),
    ...(author?.role === 'bot' ? { isAutomatic: true } : {}),
    ...(purpose === 'marketing' ? { isMarketing: true } : {}),
  };
}

function contentSent({ content, asText: allowsText }: ReplyToValidate): ReplyContent {
  return allowsText ? asText(content) : content;
}

/** The stored files that a reply shows, as its provider takes them; only for a reply that is not refused. */
export function filesShown(
  reply: ReplyToValidate,
  conversation: RouteToCheck,
  { check }: ReplyRules,
): readonly FileToUpload[] {
  if (filesIn(reply.content).length === 0) return [];
  const checked = check(outboundOf(reply), targetOf(conversation));
  return 'files' in checked ? checked.files : [];
}

function targetOf(conversation: RouteToCheck): ReplyTarget {
  const { reactsToProviderMessageId, inReplyToProviderMessageId, lastInboundProviderMessageId } =
    conversation;
  const { answeredAuthor, copied, recipients } = conversation;
  return {
    ...targetIn(conversation),
    ...omitUndefined({ reactsToProviderMessageId, inReplyToProviderMessageId }),
    ...omitUndefined({ lastInboundProviderMessageId }),
    ...omitUndefined({ answeredAuthor, copied, recipients }),
  };
}

function tooLong(
  content: ReplyContent,
  { visibility }: RouteToCheck,
  { maxTextLength, maxTextParts, publicText }: ChannelCapabilities,
): DeliveryError | undefined {
  if (content.type !== 'text') return undefined;
  const { length } = content.text;
  const { maxLength, maxParts } = (visibility === 'public' ? publicText : undefined) ?? {
    maxLength: maxTextLength,
    maxParts: maxTextParts,
  };
  const limit = maxLength * maxParts;
  if (length <= limit) return undefined;
  return refusal('text_too_long', `the text has ${length} characters; allowed: ${limit}`);
}

/** Refuses free content outside the window. A template may be sent there. */
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
    replyWindow
      ? `the reply window closed at ${replyWindow.closesAt}`
      : 'the reply window is closed: the customer has not written yet; a template may be sent',
  );
}

function refusal(code: FailureCode, title: string): DeliveryError {
  return { code, title, retryable: false };
}
