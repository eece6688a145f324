import { placeMessage } from '#shared/aws/store/append/thread';
import type { TransactItem } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { ConversationItem } from '#shared/table/items';
import { conversationKey, identityItemKeyOf } from '#shared/table/keys';
import type { KnownContact } from './contact.ts';
import { conversationsOf } from './conversations.ts';

/**
 * Keeps a message out of the conversation of a contact that loses the message's address while the message is being
 * handled. The transaction that takes an address over increments `takeovers` in every conversation of the losing
 * contact, and every append has the condition that this number is still the one that was read. So the check is part of
 * a write that is made anyway and costs nothing.
 */
export interface Takeover {
  /** The conversation that the losing contact has begun with this business address; it continues elsewhere now. */
  readonly begun?: ConversationItem;
  readonly writes: readonly TransactItem[];
}

/** A contact that exists only through a late delivery has one conversation, or one with each of our numbers. */
const maxConversations = 25;

/** Longer than providers and queues repeat a message: an address known for longer is never taken over. */
const takeableDays = 30;

/** Prepares the writes that tell appends under way that these contacts have lost addresses. */
export async function takeoverOf(
  table: Table,
  origin: { readonly connector: string; readonly account: string },
  message: ChannelMessage,
  contactIds: readonly string[],
): Promise<Takeover> {
  const all = await Promise.all(
    contactIds.map((contactId) => takeoverFrom(table, origin, message, contactId)),
  );
  const begun = all[0]?.begun;
  return { ...(begun ? { begun } : {}), writes: all.flatMap(({ writes }) => writes) };
}

async function takeoverFrom(
  table: Table,
  origin: { readonly connector: string; readonly account: string },
  message: ChannelMessage,
  contactId: string,
): Promise<Takeover> {
  const { conversationId } = await placeMessage(table, origin, message, contactId);
  const begun = await readItem(table, ConversationItem, conversationKey(conversationId), true);
  const others = (await conversationsOf(table, contactId, maxConversations)).filter(
    (id) => id !== conversationId,
  );
  const writes = others.map((id) => countTakeover(table, id));
  if (!begun) return { writes: [isAbsent(table, conversationId), ...writes] };
  return { begun, writes: [countTakeover(table, begun.id, begun.sequence), ...writes] };
}

/** Increments `takeovers`. The conversation named in `contact.updated` must not have changed since it was read. */
function countTakeover(table: Table, conversationId: string, sequence?: number): TransactItem {
  return {
    Update: {
      TableName: table.name,
      Key: conversationKey(conversationId),
      UpdateExpression: 'SET takeovers = if_not_exists(takeovers, :none) + :one',
      ConditionExpression:
        sequence === undefined ? 'attribute_exists(pk)' : '#sequence = :sequence',
      ...(sequence === undefined ? {} : { ExpressionAttributeNames: { '#sequence': 'sequence' } }),
      ExpressionAttributeValues: {
        ':none': 0,
        ':one': 1,
        ...(sequence === undefined ? {} : { ':sequence': sequence }),
      },
    },
  };
}

/** Checks that the losing contact has not opened this conversation; if it does meanwhile, the takeover starts again. */
function isAbsent(table: Table, conversationId: string): TransactItem {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: conversationKey(conversationId),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/**
 * Checks the address of a known contact whose message opens a conversation: there is no number to compare yet, so the
 * address itself is checked, unless it is written anyway. Only a recently seen address can be taken over; for any other
 * the check would be paid for nothing.
 */
export function holdsAddress(
  table: Table,
  { contactId, foundBy }: KnownContact,
  occurredAt: string,
  writes: readonly TransactItem[],
): TransactItem[] {
  if (!foundBy || !isTakeable(foundBy, occurredAt)) return [];
  const Key = identityItemKeyOf(foundBy.key);
  if (writes.some(({ Update }) => Update?.Key?.['pk'] === Key.pk)) return [];
  return [
    {
      ConditionCheck: {
        TableName: table.name,
        Key,
        ConditionExpression: 'contactId = :contact',
        ExpressionAttributeValues: { ':contact': contactId },
      },
    },
  ];
}

function isTakeable({ since }: { since?: string | undefined }, occurredAt: string): boolean {
  if (since === undefined) return false;
  return Date.parse(occurredAt) - Date.parse(since) < takeableDays * 86_400_000;
}
