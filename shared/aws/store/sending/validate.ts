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
  const route = await routeOf(table, command, conversation);
  if ('code' in route) return { refusal: route };
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
  table: Table,
  { content, inReplyToMessageId }: ReplyCommand,
  conversation: ConversationItem,
): Promise<Route | DeliveryError> {
  const reactsToId = content.type === 'reaction' ? content.messageId : undefined;
  const reactsTo = await messageNamed(table, conversation, 'content.messageId', reactsToId);
  const answers = await messageNamed(table, conversation, 'inReplyToMessageId', inReplyToMessageId);
  const refusal = reactsTo.refusal ?? answers.refusal;
  if (refusal) return refusal;
  return {
    ...conversation,
    ...(reactsTo.id ? { reactsToProviderMessageId: reactsTo.id } : {}),
    ...(answers.id ? { inReplyToProviderMessageId: answers.id } : {}),
    ...(conversation.participants ? await addresseesOf(table, conversation, answers.entry) : {}),
  };
}

async function badFile(
  { look }: Asking,
  command: ReplyCommand,
  route: Route,
  rules: ReplyRules,
): Promise<DeliveryError | undefined> {
  return fileProblem(look, filesShown(command, route, rules), rules.capabilities?.maxFilesBytes);
}
