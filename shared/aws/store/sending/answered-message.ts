import type { Table } from '#shared/aws/store/table';
import { namedMessage } from '#shared/aws/store/update/named-message';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';

/** A message that a command names: its provider id, if it has one yet, or the problem with it. */
interface Named {
  readonly entry?: Entry;
  readonly id?: string;
  readonly refusal?: DeliveryError;
}

/** Finds the message that a field of a command names in its conversation. */
export async function messageNamed(
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
