import type { FileLook } from '#shared/aws/objects/file-reader';
import { fileProblem } from '#shared/aws/objects/reply-files';
import { validateConsented } from '#shared/aws/store/contacts/consent';
import { suppressedAmong } from '#shared/aws/store/contacts/suppressed';
import type { Table } from '#shared/aws/store/table';
import { namedMessage } from '#shared/aws/store/update/named-message';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';
import {
  filesShown,
  type ReplyRules,
  type ReplyValidation,
  toldOf,
  validateReply,
} from '#shared/reply/check';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { addresseesOf } from './addressees.ts';

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
  { table, look, now }: Asking,
  command: ReplyCommand,
  conversation: ConversationItem,
  rules: ReplyRules,
): Promise<ReplyValidation> {
  const { content, inReplyToMessageId } = command;
  const reactsToId = content.type === 'reaction' ? content.messageId : undefined;
  const reactsTo = await messageNamed(table, conversation, 'content.messageId', reactsToId);
  const answers = await messageNamed(table, conversation, 'inReplyToMessageId', inReplyToMessageId);
  const refusal = reactsTo.refusal ?? answers.refusal;
  if (refusal) return { refusal };
  const route = {
    ...conversation,
    ...(reactsTo.id ? { reactsToProviderMessageId: reactsTo.id } : {}),
    ...(answers.id ? { inReplyToProviderMessageId: answers.id } : {}),
    ...(await addresseesOf(table, conversation, answers.entry)),
  };
  const validation = validateReply(command, route, rules, now());
  const consented = await validateConsented(table, conversation, command, rules, validation);
  if (consented.refusal || consented.usesFallback) return consented;
  const told = toldOf(command, route, rules);
  const badFile = await fileProblem(
    look,
    filesShown(command, route, rules),
    rules.capabilities?.maxFilesBytes,
  );
  const problem = badFile ?? (await suppressedAmong(table, conversation, told.recipients));
  return problem ? { refusal: problem } : { ...consented, ...told };
}

/** A message that a command names: its provider id, if it has one yet, or the problem with it. */
interface Named {
  readonly entry?: Entry;
  readonly id?: string;
  readonly refusal?: DeliveryError;
}

async function messageNamed(
  table: Table,
  { id }: ConversationItem,
  field: string,
  messageId: string | undefined,
): Promise<Named> {
  if (messageId === undefined) return {};
  const entry = await namedMessage(table, id, messageId);
  if (!entry) return invalid(`${field}: "${messageId}"; this conversation has no such message`);
  const { providerMessageId } = entry;
  if (providerMessageId !== undefined) return { entry, id: providerMessageId };
  // A reply that failed before the provider had it will never have an id.
  if (entry.status === 'failed') return invalid(`${field}: names a reply that was never sent`);
  return { entry };
}

function invalid(title: string): Named {
  return { refusal: { code: 'invalid_reply', title, retryable: false } };
}
