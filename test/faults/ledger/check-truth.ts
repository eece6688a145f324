import type { Accepted, StatusName } from '#test/faults/channels/channel';
import type { AcceptedReply, Ledger } from './ledger.ts';
import type { StoredEntry } from './table-view.ts';

/** Of one message a provider's words climb: a failure takes a delivery back, and not a reading. */
const ranks: Readonly<Record<StatusName, number>> = { sent: 1, delivered: 2, failed: 3, read: 4 };

interface ToldEvent {
  readonly sequence?: string;
  readonly revision?: string;
  readonly subject?: string;
  readonly data: {
    readonly status?: string;
    readonly errors?: readonly { readonly code: string }[];
    readonly parts?: readonly { readonly part: number; readonly status: string }[];
  };
}

/** What was told last of a reply is true of every part of it, as its provider has taken and reported them. */
export function checkTruth(
  ledger: Ledger,
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
  sends: readonly Accepted[],
): string[] {
  const last = lastTold(ledger);
  const parts = partsOf(ledger, sends);
  return [...ledger.replies.values()].flatMap((reply) => {
    const entry = stored.get(reply.replyId)?.[0];
    if (!entry) return [];
    const place = `${entry.conversationId}.${entry.sequence}`;
    const messageId = `msg_${entry.conversationId.slice(4)}_${entry.sequence}`;
    const known = parts.get(messageId) ?? new Map<number, KnownPart>();
    const wrong = wrongIn(last.get(place), known, isWhole(reply, entry, known));
    if (wrong === undefined) return [];
    return [`untrue of its parts: reply ${reply.replyId} (${messageId}) ${wrong}`];
  });
}

/** Of each message the event with the highest revision: an older one may come again after it. */
function lastTold({ events }: Ledger): Map<string, ToldEvent['data']> {
  const last = new Map<string, { readonly revision: number; readonly data: ToldEvent['data'] }>();
  for (const { body } of events) {
    const { subject, sequence, revision: told = '0', data } = JSON.parse(body) as ToldEvent;
    const revision = Number(told);
    const place = `${subject}.${sequence}`;
    const isNewest = revision > (last.get(place)?.revision ?? 0);
    if (isNewest && data.status !== undefined) last.set(place, { revision, data });
  }
  return new Map([...last].map(([place, { data }]) => [place, data]));
}

interface KnownPart {
  readonly text: string;
  readonly connector: string;
  /** The highest of what its provider has told; `sent` where it only took it. */
  readonly status: StatusName;
  /** Whether the provider has said anything beside its answer. */
  readonly isTold: boolean;
}

/** By our message id, then by part. */
function partsOf(
  { statuses }: Ledger,
  sends: readonly Accepted[],
): Map<string, Map<number, KnownPart>> {
  const told = Map.groupBy(statuses, ({ send }) => send.providerId);
  const found = new Map<string, Map<number, KnownPart>>();
  for (const { messageId, part, providerId, text, account } of sends) {
    const own = told.get(providerId)?.map(({ status }) => status) ?? [];
    const status = own.reduce((one, other) => (ranks[other] > ranks[one] ? other : one), 'sent');
    const parts = found.get(messageId) ?? new Map<number, KnownPart>();
    found.set(
      messageId,
      parts.set(part, { text, status, isTold: own.length > 0, connector: account.connector }),
    );
  }
  return found;
}

/** Whether every word of the stored reply has left. */
function isWhole(
  { markers, other }: AcceptedReply,
  { item }: StoredEntry,
  parts: ReadonlyMap<number, KnownPart>,
): boolean {
  const words = new Set([...parts.values()].flatMap(({ text }) => text.split(/\s+/)));
  const isOther = other !== undefined && JSON.stringify(item['message'] ?? '').includes(other);
  return (isOther ? [other] : markers).every((word) => words.has(word));
}

function wrongIn(
  told: ToldEvent['data'] | undefined,
  known: ReadonlyMap<number, KnownPart>,
  isComplete: boolean,
): string | undefined {
  const parts = [...known.values()];
  const failed = parts.filter(({ status }) => status === 'failed');
  // Nobody has said what became of it: whether it may be uncertain is asked elsewhere.
  if (parts.length === 0 || parts.some(({ isTold }) => !isTold)) return undefined;
  if (!isComplete && failed.length === 0) return undefined;
  const status = failed.length > 0 ? 'failed' : lowest(parts);
  const listed = [...known]
    .map(([part, each]) => `${part} ${each.status} (${each.connector})`)
    .join(', ');
  if (told?.status !== status) return `was told as ${told?.status}: ${listed}`;
  if (status !== 'failed') return undefined;
  const isInPart = told.errors?.[0]?.code === 'sent_in_part';
  if (isInPart !== failed.length < parts.length) return `was told in part ${isInPart}: ${listed}`;
  const wrongPart = told.parts?.find(({ part, status: said }) => {
    const isFailed = (known.get(part)?.status ?? 'failed') === 'failed';
    return isFailed !== (said === 'failed');
  });
  return wrongPart && `was told with part ${wrongPart.part} ${wrongPart.status}: ${listed}`;
}

function lowest(parts: readonly KnownPart[]): StatusName {
  return parts.reduce<StatusName>(
    (one, { status }) => (ranks[status] < ranks[one] ? status : one),
    'read',
  );
}
