import type { ChannelCapabilities, ReplyField } from '#shared/connector/declaration';
import type { CheckedReply } from '#shared/connector/define-reply-check';
import type { FileToUpload, ReplyTarget } from '#shared/connector/sender';
import type { FailureCode } from '#shared/errors';
import type { Conversation } from '#shared/model/conversation';
import type { DeliveryError } from '#shared/model/delivery-status';
import { isGroup } from '#shared/model/identity';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';
import { asText } from './as-text.ts';
import { elsewhereTitle, replyFileKey } from './file.ts';
import { type ScheduledReply, scheduleProblem } from './schedule.ts';
import { type ReplyRoute, targetIn } from './target.ts';

/** Meta is the authority on its window, and its clock is not ours: a reply this close to the end is refused. */
const windowMarginSeconds = 60;

/** The rules that a reply is checked by. */
export interface ReplyRules {
  readonly capabilities: ChannelCapabilities | undefined;
  /** The connector's check of its provider's limits, beside those it declares. */
  readonly check: (content: ReplyContent, target: ReplyTarget, sendAt?: string) => CheckedReply;
  /** Holds the files that replies show. */
  readonly archiveBucket: string;
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
  /** An automatic reply, of which only one goes to this address in so many seconds. */
  readonly automatic?: { readonly address: string; readonly secondsApart: number };
  /** Told of its messages beside the reply. */
  readonly metadata?: OwnMetadata;
}

/** The conversation, and the messages that the reply names, where the provider's ids of them are known already. */
type RouteToCheck = ReplyRoute &
  Pick<Conversation, 'replyWindow'> &
  Pick<ReplyTarget, 'reactsToProviderMessageId' | 'inReplyToProviderMessageId'>;

/**
 * Checks a reply. Called when it is accepted and again just before it is sent, because a window may close in between. A
 * fallback is checked from the start: a mistake in it would be found out too late.
 */
export function validateReply(
  reply: ReplyToCheck,
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
  reply: ReplyToCheck,
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
    tooLong(content, capabilities) ??
    fileElsewhere(content, archiveBucket) ??
    refusedByConnector(check(content, targetOf(conversation), reply.sendAt)) ??
    windowClosed(content, conversation, capabilities, now)
  );
}

function notCarried(
  { content: { type }, asText: allowsText }: ReplyToCheck,
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
  const url = content.type === 'media' ? (content.url ?? '') : '';
  if (!/^s3:/i.test(url) || replyFileKey(bucket, url) !== undefined) return undefined;
  return refusal('invalid_reply', elsewhereTitle(bucket, url));
}

function refusedByConnector(checked: CheckedReply): DeliveryError | undefined {
  return 'problem' in checked ? refusal(checked.problem.code, checked.problem.title) : undefined;
}

/** Tells of the messages that a reply becomes; only for one that is not refused and goes out as it is. */
export function toldOf(
  reply: ReplyToCheck,
  conversation: RouteToCheck,
  { check }: ReplyRules,
): OwnMetadata {
  const checked = check(contentSent(reply), targetOf(conversation));
  return ('metadata' in checked && checked.metadata) || {};
}

function contentSent({ content, asText: allowsText }: ReplyToCheck): ReplyContent {
  return allowsText ? asText(content) : content;
}

/** The stored files that a reply shows, as its provider takes them; only for a reply that is not refused. */
export function filesShown(
  content: ReplyContent,
  conversation: RouteToCheck,
  { check }: ReplyRules,
): readonly FileToUpload[] {
  if (content.type !== 'media') return [];
  const checked = check(content, targetOf(conversation));
  return 'files' in checked ? checked.files : [];
}

function targetOf(conversation: RouteToCheck): ReplyTarget {
  const { reactsToProviderMessageId: reactsTo, inReplyToProviderMessageId: answers } = conversation;
  return {
    ...targetIn(conversation),
    ...(reactsTo ? { reactsToProviderMessageId: reactsTo } : {}),
    ...(answers ? { inReplyToProviderMessageId: answers } : {}),
  };
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

/** The part of a reply that is checked. */
type ReplyToCheck = Pick<ReplyCommand, 'content'> &
  ScheduledReply &
  Partial<Pick<ReplyCommand, 'fallbackTemplate' | 'inReplyToMessageId' | 'asText'>>;

/** Tells if a reply has each of the fields that not every channel can honour; all other fields are told, or hints. */
const isGiven: Readonly<Record<ReplyField, (reply: ReplyToCheck) => boolean>> = {
  inReplyToMessageId: ({ inReplyToMessageId }) => inReplyToMessageId !== undefined,
  fallbackTemplate: ({ fallbackTemplate }) => fallbackTemplate !== undefined,
  asText: ({ asText: allowsText }) => allowsText === true,
  sendAt: ({ sendAt }) => sendAt !== undefined,
  'content.variables': ({ content }) =>
    content.type === 'template' && content.variables !== undefined,
  // `false` asks for nothing: every channel without a preview does that.
  'content.linkPreview': ({ content }) => content.type === 'text' && content.linkPreview === true,
  'content.url': ({ content }) => content.type === 'location' && content.url !== undefined,
  'content.contacts.origin': ({ content }) =>
    content.type === 'contacts' && content.contacts.some(({ origin }) => origin !== undefined),
};

/** Refuses the first field of a reply that the channel could only leave out, by its name. */
function notHonoured(
  reply: ReplyToCheck,
  { channel, visibility }: { readonly channel: string; readonly visibility: 'private' | 'public' },
  { replyFields = {}, publicReplyFields = replyFields }: ChannelCapabilities,
): DeliveryError | undefined {
  const honoured = visibility === 'public' ? publicReplyFields : replyFields;
  const { type } = reply.content;
  for (const [field, given] of Object.entries(isGiven) as [
    ReplyField,
    (typeof isGiven)[ReplyField],
  ][]) {
    const types = honoured[field] ?? [];
    if (!given(reply) || types.includes(type)) continue;
    const elsewhere = visibility === 'public' ? (replyFields[field] ?? []) : [];
    const title = `${field}: ${channel} cannot honour it${insteadOf(types, type, elsewhere)}`;
    return { code: 'invalid_reply', title, retryable: false };
  }
  return undefined;
}

type Types = readonly ReplyContent['type'][];

/** Says what to do about a field that is not honoured: with another type, or in a private conversation, it may be. */
function insteadOf(types: Types, type: Types[number], inPrivate: Types): string {
  if (types.length > 0) {
    return ` with ${type}: leave it out, or send another type; allowed with: ${types.join(', ')}`;
  }
  const private_ = inPrivate.join(', ');
  return ` here: leave it out${private_ && `; allowed in a private conversation, with: ${private_}`}`;
}
