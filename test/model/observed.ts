import { Event } from '#shared/model/event';
import { type Entry, joinEntries } from '#shared/table/entry';
import { ConversationItem } from '#shared/table/items';
import type { Database, Item } from './database.ts';
import type { System } from './system.ts';
import { customers } from './webhooks.ts';

export interface StoredConversation {
  readonly conversation: ConversationItem;
  readonly entries: readonly Entry[];
}

/** One event as a consumer sees it: the first with its id, and how its repeats compare. */
export interface SeenEvent {
  readonly event: Event;
  readonly sameBytes: boolean;
}

/** Everything there is to be judged at the end of a run. */
export interface Observed {
  readonly items: readonly Item[];
  readonly conversations: readonly StoredConversation[];
  readonly events: readonly SeenEvent[];
}

export async function observe(database: Database, system: System): Promise<Observed> {
  const items = await database.itemsOf(system.table);
  const conversations = items
    .filter(({ pk, sk }) => sk === 'META' && String(pk).startsWith('CONVERSATION#'))
    .map((item) => ({
      conversation: ConversationItem.parse(item),
      entries: joinEntries(
        items
          .filter(({ pk, sk }) => pk === item['pk'] && String(sk).startsWith('ENTRY#'))
          .sort((a, b) => (String(a['sk']) < String(b['sk']) ? -1 : 1)),
      ),
    }));
  return { items, conversations, events: eventsOf(system) };
}

function eventsOf({ normalized }: System): SeenEvent[] {
  const seen = new Map<string, { event: Event; body: string; sameBytes: boolean }>();
  for (const { body, group, deduplicationId } of normalized.taken) {
    const event = Event.parse(JSON.parse(body));
    const first = seen.get(event.id) ?? { event, body, sameBytes: true };
    const addressed = group === event.partitionkey && deduplicationId === event.id;
    seen.set(event.id, {
      ...first,
      sameBytes: first.sameBytes && addressed && first.body === body,
    });
  }
  return [...seen.values()];
}

export function conversationOf(
  { conversations }: Observed,
  customer: number,
): StoredConversation | undefined {
  const { address } = customers[customer] ?? {};
  return conversations.find(({ conversation }) =>
    conversation.customerIdentities.some((identity) => identity.address === address),
  );
}

/** The answer to a command that never became a message: of no entry, also in the group of a conversation. */
export function isRefusal({ id }: Pick<Event, 'id'>): boolean {
  return id.startsWith('refused_');
}
