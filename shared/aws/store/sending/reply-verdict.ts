import type { FileLook } from '#shared/aws/objects/file-reader';
import { consentedVerdict } from '#shared/aws/store/contacts/consent';
import type { Table } from '#shared/aws/store/table';
import { namedMessage } from '#shared/aws/store/update/named-message';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';
import { filesShown, type ReplyRules, type Verdict, verdictOn } from '#shared/reply/check';
import type { MetaItem } from '#shared/table/items';

/** The parts of the system that a check of a reply reads from. */
export interface Asking {
  readonly table: Table;
  readonly look: FileLook;
  readonly now: () => Date;
}

/**
 * What is to become of a reply by everything that is known when it comes: asked before it is queued by HTTP, and
 * again when it is taken from the queue.
 */
export async function replyVerdict(
  { table, look, now }: Asking,
  command: ReplyCommand,
  conversation: MetaItem,
  rules: ReplyRules,
): Promise<Verdict> {
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
  };
  const verdict = verdictOn(command, route, rules, now());
  const consented = await consentedVerdict(table, conversation, command, verdict);
  if (consented.refusal || consented.usesFallback) return consented;
  for (const file of filesShown(content, route, rules)) {
    const error = await look(file);
    if (error) return { refusal: error };
  }
  return consented;
}

/** A message that a command names: its id at the provider, where it has one already, or what is wrong with it. */
interface Named {
  readonly id?: string;
  readonly refusal?: DeliveryError;
}

async function messageNamed(
  table: Table,
  { id }: MetaItem,
  field: string,
  messageId: string | undefined,
): Promise<Named> {
  if (messageId === undefined) return {};
  const entry = await namedMessage(table, id, messageId);
  if (!entry) return invalid(`${field}: "${messageId}"; this conversation has no such message`);
  const { providerMessageId } = entry;
  if (providerMessageId !== undefined) return { id: providerMessageId };
  // A reply that failed before the provider had it will never have an id.
  return entry.status === 'failed' ? invalid(`${field}: names a reply that was never sent`) : {};
}

function invalid(title: string): Named {
  return { refusal: { code: 'invalid_reply', title, retryable: false } };
}
