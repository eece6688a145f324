import type { FileLook } from '#shared/aws/objects/file-reader';
import { fileProblem } from '#shared/aws/objects/reply-files';
import { validateConsented } from '#shared/aws/store/contacts/consent';
import { suppressedAmong } from '#shared/aws/store/contacts/suppressed';
import type { Table } from '#shared/aws/store/table';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { ReplyCommand } from '#shared/model/reply';
import {
  filesShown,
  type ReplyRules,
  type ReplyValidation,
  toldOf,
  validateReply,
} from '#shared/reply/check';
import { heldBack, isOverridden } from '#shared/reply/personal-data/hold-back';
import { personalDataIn } from '#shared/reply/personal-data/personal-data';
import { visibleTexts } from '#shared/reply/personal-data/visible-text';
import type { ConversationItem } from '#shared/table/items';
import { addresseesOf } from './addressees.ts';
import { withConversation } from './advice.ts';
import { messageNamed } from './answered-message.ts';
import { validateAutomatic } from './automatic.ts';
import { answeredMessage } from './earlier.ts';

/** The dependencies of a check of a reply. */
interface Asking {
  readonly table: Table;
  readonly look: FileLook;
  readonly now: () => Date;
}

/**
 * Checks a reply against everything known when it comes: once before HTTP queues it, and again when it is taken from
 * the queue.
 */
export async function validateStored(
  asking: Asking,
  command: ReplyCommand,
  conversation: ConversationItem,
  rules: ReplyRules,
): Promise<ReplyValidation> {
  const { table, now } = asking;
  const route = await routeOf(asking, command, conversation);
  if ('code' in route) {
    return { refusal: await withConversation(table, conversation, route) };
  }
  const validation = await advised(
    table,
    conversation,
    validateReply(command, route, rules, now()),
  );
  const consented = await validateConsented(table, conversation, command, rules, validation);
  if (consented.refusal) return consented;
  const shown = await personalDataShown(command, conversation, rules);
  if (shown.refusal) return shown;
  if (consented.usesFallback) return consented;
  const told = toldOf(command, route, rules);
  const problem =
    (await badFile(asking, command, route, rules)) ??
    (told.recipients && (await suppressedAmong(table, conversation, told.recipients)));
  if (problem) return { refusal: problem };
  const allTold = { ...told, metadata: { ...told.metadata, ...shown.metadata } };
  if (command.author?.role !== 'bot') return { ...consented, ...allTold };
  const reached = { ...rules, ...told };
  const asRobot = await validateAutomatic(table, command, conversation, reached, now());
  return asRobot.refusal ? asRobot : { ...consented, ...allTold, ...asRobot };
}

/** Marks message.accepted of a public reply whose personal data the caller sends all the same. */
const overridden = { overridden: 'personal_data' } as const satisfies OwnMetadata;

/** Refuses a public reply that would show personal data to everyone, or marks one that is meant to. */
async function personalDataShown(
  command: ReplyCommand,
  { visibility, businessIdentity }: ConversationItem,
  { personalData = { patterns: [], allowed: [] } }: ReplyRules,
): Promise<Pick<ReplyValidation, 'refusal' | 'metadata'>> {
  if (visibility !== 'public') return {};
  const allowed = [...personalData.allowed, businessIdentity.address];
  const findings = await personalDataIn(visibleTexts(command), { ...personalData, allowed });
  if (findings.length === 0) return {};
  return isOverridden(command) ? { metadata: overridden } : { refusal: heldBack(findings) };
}

/** The same with the conversation that the advice of a refusal speaks of. */
async function advised(
  table: Table,
  conversation: ConversationItem,
  validation: ReplyValidation,
): Promise<ReplyValidation> {
  const { refusal } = validation;
  if (!refusal) return validation;
  return { ...validation, refusal: await withConversation(table, conversation, refusal) };
}

type Route = Parameters<typeof validateReply>[1];

/** Finds the messages and the people that a reply names, or the reason why it names none. */
async function routeOf(
  { table, now }: Pick<Asking, 'table' | 'now'>,
  { content, inReplyToMessageId }: ReplyCommand,
  conversation: ConversationItem,
): Promise<Route | DeliveryError> {
  const reactsToId = content.type === 'reaction' ? content.messageId : undefined;
  const reactsTo = await messageNamed(table, conversation, 'content.messageId', reactsToId);
  const answers = await messageNamed(table, conversation, 'inReplyToMessageId', inReplyToMessageId);
  const refusal = reactsTo.refusal ?? answers.refusal;
  if (refusal) return refusal;
  const post = await postToAnswer({ table, now }, conversation, answers);
  if ('code' in post) return post;
  return {
    ...{ ...conversation, ...post },
    ...(reactsTo.id ? { reactsToProviderMessageId: reactsTo.id } : {}),
    ...(answers.id ? { inReplyToProviderMessageId: answers.id } : {}),
    ...(conversation.participants ? await addresseesOf(table, conversation, answers.entry) : {}),
  };
}

type Answered = Pick<Route, 'lastInboundProviderMessageId'>;

/** Finds the post that a reply in a public conversation answers; one that was deleted can be answered no more. */
async function postToAnswer(
  { table, now }: Pick<Asking, 'table' | 'now'>,
  { id, visibility, channel }: ConversationItem,
  { entry, id: named }: Awaited<ReturnType<typeof messageNamed>>,
): Promise<Answered | DeliveryError> {
  if (visibility !== 'public') return {};
  const advice = { action: 'reply_in_private', channel } as const;
  const gone = { code: 'post_unavailable', retryable: false, advice } as const;
  if (entry?.deletedAt !== undefined) {
    return { ...gone, title: 'inReplyToMessageId: names a post that was deleted' };
  }
  if (named !== undefined) return {};
  const answered = await answeredMessage(table, id, { takenAt: now().toISOString() });
  if (answered.isAllDeleted) {
    return { ...gone, title: 'the customer has deleted every post of this conversation' };
  }
  const { providerMessageId: newest } = answered;
  return newest === undefined ? {} : { lastInboundProviderMessageId: newest };
}

async function badFile(
  { look }: Asking,
  command: ReplyCommand,
  route: Route,
  rules: ReplyRules,
): Promise<DeliveryError | undefined> {
  return fileProblem(look, filesShown(command, route, rules), rules.capabilities?.maxFilesBytes);
}
