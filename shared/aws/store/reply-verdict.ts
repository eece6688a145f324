import type { FileLook } from '#shared/aws/file-reader';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';
import { filesShown, type ReplyRules, type Verdict, verdictOn } from '#shared/reply-check';
import type { Entry } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import { consentedVerdict } from './consent.ts';
import { namedMessage } from './named-message.ts';
import type { Table } from './table.ts';

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
  const reactsTo =
    content.type === 'reaction'
      ? await messageNamed(table, conversation, 'content.messageId', content.messageId)
      : undefined;
  const answers =
    inReplyToMessageId === undefined
      ? undefined
      : await messageNamed(table, conversation, 'inReplyToMessageId', inReplyToMessageId);
  const refusal = reactsTo?.refusal ?? neverSent(reactsTo?.entry) ?? answers?.refusal;
  if (refusal) return { refusal };
  const id = reactsTo?.entry?.providerMessageId;
  const route = { ...conversation, ...(id ? { reactsToProviderMessageId: id } : {}) };
  const verdict = verdictOn(command, route, rules, now());
  const consented = await consentedVerdict(table, conversation, command, verdict);
  if (consented.refusal || consented.usesFallback) return consented;
  for (const file of filesShown(content, route, rules)) {
    const error = await look(file);
    if (error) return { refusal: error };
  }
  return consented;
}

interface Named {
  readonly entry?: Entry;
  readonly refusal?: DeliveryError;
}

async function messageNamed(
  table: Table,
  { id }: MetaItem,
  field: string,
  messageId: string,
): Promise<Named> {
  const entry = await namedMessage(table, id, messageId);
  if (entry) return { entry };
  return { refusal: invalid(`${field}: "${messageId}"; this conversation has no such message`) };
}

/** A reply that failed before the provider had it: there is nothing to react to, and there will not be. */
function neverSent(entry: Entry | undefined): DeliveryError | undefined {
  if (entry?.status !== 'failed' || entry.providerMessageId !== undefined) return undefined;
  return invalid('content.messageId: names a reply that was never sent');
}

function invalid(title: string): DeliveryError {
  return { code: 'invalid_reply', title, retryable: false };
}
