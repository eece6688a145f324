import { DeliveryStatus } from '#shared/model/delivery-status';
import { type Entry, EntryItem, joinEntry } from '#shared/table/entry';
import { ConversationItem } from '#shared/table/items';
import { recentOf } from '#shared/table/recent';
import { StateItem } from '#shared/table/state';

const customer = { channel: 'whatsapp', kind: 'phone', scope: '', address: '16505551234' } as const;
const business = { channel: 'whatsapp', kind: 'sender_id', scope: '', address: '1065' } as const;

const conversationId = 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa';

/** A conversation as the table holds it, with three published entries unless told otherwise. */
export function storedMeta(changes: Partial<ConversationItem> = {}): ConversationItem {
  return ConversationItem.parse({
    id: conversationId,
    channel: 'whatsapp',
    connector: 'whatsapp',
    account: 'main',
    contactId: 'con_a',
    businessIdentity: business,
    customerIdentities: [customer],
    customerName: 'Ada',
    visibility: 'private',
    status: 'open',
    sequence: 3,
    published: 3,
    openedAt: '2026-03-01T10:00:00.000Z',
    lastActivityAt: '2026-03-01T10:00:00.000Z',
    ...changes,
  });
}

/** An entry the customer wrote, at this second of ten o'clock. */
export function inboundEntry(
  sequence: number,
  second: number,
  changes: Record<string, unknown> = {},
): Entry {
  const at = clock(second);
  return joinEntry(
    EntryItem.parse({
      sequence,
      message: {
        direction: 'inbound',
        author: { role: 'customer', identity: customer, displayName: 'Ada' },
        recipients: [business],
        occurredAt: at,
        receivedAt: at,
        content: { type: 'text', text: `message ${sequence}` },
        attachments: [],
      },
      ...changes,
    }),
  );
}

/** An agent's reply with what the provider has told of it, in the order it was stored. */
export function replyEntry(
  sequence: number,
  second: number,
  statuses: readonly (readonly [status: string, second: number, errors?: readonly unknown[]])[],
): Entry {
  const at = clock(second);
  const item = EntryItem.parse({
    sequence,
    firstStatus: 'accepted',
    message: {
      direction: 'outbound',
      author: { role: 'agent', identity: business },
      recipients: [customer],
      occurredAt: at,
      receivedAt: at,
      content: { type: 'text', text: `reply ${sequence}` },
      attachments: [],
      replyId: `r${sequence}`,
    },
    reply: {},
  });
  const { unwritten: _, ...initial } = joinEntry(item);
  const recent = statuses.map(([status, at], index) =>
    recentOf({
      ...{ kind: 'status', id: `u${index}`, status: DeliveryStatus.parse(status) },
      ...{ occurredAt: clock(at), errors: [], metadata: {} },
    }),
  );
  const [status = 'accepted', , errors] = statuses.at(-1) ?? [];
  const state = StateItem.parse({
    ...initial,
    ...{ status, errors, recent, delivery: { state: 'sent', part: 0, attempt: 1 } },
    ...{ revision: statuses.length, publishedRevision: statuses.length },
  });
  return joinEntry(item, state);
}

export function clock(second: number): string {
  return `2026-03-01T10:00:${String(second).padStart(2, '0')}.000Z`;
}
