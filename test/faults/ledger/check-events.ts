import type { Ledger, SeenEvent } from './ledger.ts';
import type { StoredEntry, TableView } from './table-view.ts';

interface ReadEvent {
  readonly id: string;
  readonly type: string;
  readonly conversation: string;
  readonly sequence: number;
  readonly revision: number;
  readonly status: string | undefined;
}

const ranks: Readonly<Record<string, number>> = {
  accepted: 1,
  uncertain: 2,
  sent: 3,
  failed: 4,
  delivered: 5,
  read: 6,
};

/** Everything stored is published, same id and same bytes, in order, and nothing else is. */
export function checkEvents({ events, refusedReplies }: Ledger, view: TableView): string[] {
  const first = new Map<string, SeenEvent>();
  const violations: string[] = [];
  for (const event of events) {
    const known = first.get(event.id);
    if (!known) first.set(event.id, event);
    else if (known.body !== event.body) violations.push(`repeated with other bytes: ${event.id}`);
  }
  const read = [...first.values()].map(readEvent);
  const byConversation = Map.groupBy(read, ({ conversation }) => conversation);
  for (const [conversation, own] of byConversation) {
    if (conversation !== '') violations.push(...checkOrder(conversation, own));
  }
  for (const entry of [...view.entries.values()].flat()) {
    violations.push(...checkPublished(entry, first));
  }
  violations.push(...read.flatMap((event) => checkStoredToo(event, view, refusedReplies)));
  for (const [id, meta] of view.metas) {
    if (meta['published'] !== meta['sequence']) violations.push(`${id}: cursor behind`);
  }
  return violations;
}

function readEvent({ id, body }: SeenEvent): ReadEvent {
  const event = JSON.parse(body) as Record<string, unknown>;
  const data = event['data'] as { status?: string };
  return {
    id,
    type: String(event['type']),
    conversation: String(event['subject'] ?? ''),
    sequence: Number(event['sequence'] ?? 0),
    revision: Number(event['revision'] ?? 0),
    status: data.status,
  };
}

function checkOrder(conversation: string, events: readonly ReadEvent[]): string[] {
  const violations: string[] = [];
  const revisions = new Map<number, ReadEvent>();
  let sequence = 0;
  for (const event of events) {
    if (event.sequence === 0) continue;
    if (event.revision === 0) {
      if (event.sequence !== sequence + 1) {
        violations.push(`${conversation}: ${event.sequence} published after ${sequence}`);
      }
      sequence = event.sequence;
      continue;
    }
    if (event.sequence > sequence) violations.push(`${event.id} published before its message`);
    const before = revisions.get(event.sequence);
    if (event.revision !== (before?.revision ?? 0) + 1) violations.push(`${event.id} out of order`);
    if (regresses(before, event))
      violations.push(`${event.id}: ${event.status} after ${before?.status}`);
    revisions.set(event.sequence, event);
  }
  return violations;
}

function regresses(before: ReadEvent | undefined, event: ReadEvent): boolean {
  if (before?.status === undefined || event.status === undefined) return false;
  return (ranks[event.status] ?? 0) <= (ranks[before.status] ?? 0);
}

function checkPublished(
  { conversationId, sequence, revision, publishedRevision }: StoredEntry,
  seen: ReadonlyMap<string, SeenEvent>,
): string[] {
  const id = `${conversationId}.${sequence}`;
  const wanted = [id, ...Array.from({ length: revision }, (_, index) => `${id}.r${index + 1}`)];
  const missing = wanted.filter((each) => !seen.has(each));
  return [
    ...missing.map((each) => `stored and never published: ${each}`),
    ...(publishedRevision === revision ? [] : [`${id}: cursor of its updates behind`]),
  ];
}

function checkStoredToo(
  { id, type, conversation, sequence, revision }: ReadEvent,
  view: TableView,
  refused: ReadonlySet<string>,
): string[] {
  if (sequence === 0) {
    const isRefusal = type === 'switchboard.message.failed.v1' && refused.size > 0;
    const opens = type.startsWith('switchboard.conversation.') && view.metas.has(conversation);
    return isRefusal || opens ? [] : [`published and not stored: ${id}`];
  }
  const entry = view.entries.get(conversation)?.[sequence - 1];
  return entry && revision <= entry.revision ? [] : [`published and not stored: ${id}`];
}
