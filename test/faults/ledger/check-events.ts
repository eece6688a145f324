import type { Ledger, SeenEvent } from './ledger.ts';
import type { StoredEntry, TableView } from './table-view.ts';

interface ReadEvent {
  readonly id: string;
  readonly type: string;
  readonly conversation: string;
  readonly sequence: number;
  readonly revision: number;
  readonly status: string | undefined;
  readonly errors: number;
  readonly hasParts: boolean;
}

const ranks: Readonly<Record<string, number>> = {
  accepted: 1,
  uncertain: 2,
  sent: 3,
  delivered: 4,
  failed: 5,
  read: 6,
};

/** Everything stored is published, same id and same bytes, in order, and nothing else is. */
export function checkEvents({ events, deleted }: Ledger, view: TableView): string[] {
  const stored = new Set([...view.entries.values()].flat().flatMap(eventIds));
  const first = new Map<string, SeenEvent>();
  const changed: string[] = [];
  for (const event of events) {
    const known = first.get(event.id);
    if (!known) first.set(event.id, event);
    else if (known.body !== event.body && !isWithoutText(deleted, known, event))
      changed.push(`repeated with other bytes: ${event.id}`);
  }
  const read = [...first.values()].map(readEvent);
  const numbered = read.filter(({ sequence }) => sequence > 0);
  return [
    ...changed,
    ...[...Map.groupBy(numbered, ({ conversation }) => conversation)].flatMap(([id, own]) =>
      checkOrder(id, own),
    ),
    ...[...view.entries.values()].flat().flatMap((entry) => checkPublished(entry, first)),
    ...read.filter(({ id }) => !stored.has(besideWhat(id))).flatMap(checkUnstored),
    ...[...view.conversations]
      .filter(([, conversation]) => conversation['published'] !== conversation['sequence'])
      .map(([id]) => `${id}: cursor behind`),
  ];
}

/** Of a deleted message an event may be repeated without its text: the one exception to the same bytes. */
function isWithoutText(deleted: Ledger['deleted'], first: SeenEvent, again: SeenEvent): boolean {
  return [...deleted.values()].some(
    (marker) => first.body.includes(marker) !== again.body.includes(marker),
  );
}

function readEvent({ id, body }: SeenEvent): ReadEvent {
  const event = JSON.parse(body) as Record<string, unknown>;
  const data = event['data'] as { status?: string; errors?: unknown[]; parts?: unknown[] };
  return {
    id,
    type: String(event['type']),
    conversation: String(event['subject'] ?? ''),
    sequence: Number(event['sequence'] ?? 0),
    revision: Number(event['revision'] ?? 0),
    status: data.status,
    errors: data.errors?.length ?? 0,
    hasParts: data.parts !== undefined,
  };
}

function checkOrder(conversation: string, events: readonly ReadEvent[]): string[] {
  const entries = events.filter(({ revision }) => revision === 0);
  const misplaced = entries.filter(({ sequence }, index) => sequence !== index + 1);
  const places = new Map(events.map((event, index) => [event.id, index]));
  const updates = events.filter(({ revision }) => revision > 0);
  const byEntry = Map.groupBy(updates, ({ sequence }) => sequence);
  return [
    ...misplaced.map(({ id }) => `published out of order: ${id}`),
    ...updates
      .filter(({ id, sequence }) => {
        const own = places.get(`${conversation}.${sequence}`) ?? Infinity;
        return own > (places.get(id) ?? 0);
      })
      .map(({ id }) => `published before its message: ${id}`),
    ...[...byEntry.values()].flatMap(checkUpdates),
  ];
}

function checkUpdates(updates: readonly ReadEvent[]): string[] {
  return updates.flatMap((event, index) => [
    ...(event.revision === index + 1 ? [] : [`published out of order: ${event.id}`]),
    ...(regresses(updates[index - 1], event) ? [`${event.id}: the status goes back`] : []),
  ]);
}

/** Beside a reading a failure may be told; what is said of several messages changes with what failed of them. */
function regresses(before: ReadEvent | undefined, event: ReadEvent): boolean {
  if (before?.status === undefined || event.status === undefined) return false;
  const climb = (ranks[event.status] ?? 0) - (ranks[before.status] ?? 0);
  if (climb > 0 || (event.hasParts && before.status === 'failed')) return false;
  return climb < 0 || event.errors <= before.errors;
}

function checkPublished(entry: StoredEntry, seen: ReadonlyMap<string, SeenEvent>): string[] {
  const { conversationId, sequence, revision, publishedRevision } = entry;
  const missing = eventIds(entry).filter((each) => !seen.has(each));
  const isBehind = publishedRevision !== revision;
  return [
    ...missing.map((each) => `stored and never published: ${each}`),
    ...(isBehind ? [`${conversationId}.${sequence}: cursor of its updates behind`] : []),
  ];
}

/** The ids of everything that an entry is published with: also what has no sequence of its own. */
function eventIds({ conversationId, sequence, revision, item }: StoredEntry): string[] {
  const id = `${conversationId}.${sequence}`;
  const beside = [
    item['opens'],
    item['contactChange'] === undefined ? undefined : 'contact',
    item['consent'] === undefined ? undefined : 'consent',
  ];
  return [
    id,
    ...beside.flatMap((name) => (name === undefined ? [] : [`${id}.${String(name)}`])),
    ...Array.from({ length: revision }, (_, index) => `${id}.r${index + 1}`),
  ];
}

/** A consent that a status has brought is told beside it, under its id. */
function besideWhat(id: string): string {
  return id.replace(/(\.r\d+)\.consent$/, '$1');
}

/** Answers to refused commands stand nowhere; which there must be, and no others, is checked elsewhere. */
function checkUnstored({ id, type, sequence }: ReadEvent): string[] {
  const isRefusal = type === 'switchboard.message.failed.v1' && sequence === 0;
  return isRefusal ? [] : [`published and not stored: ${id}`];
}
