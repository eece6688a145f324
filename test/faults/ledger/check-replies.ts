import type { Accepted } from '#test/faults/channels/channel';
import { checkReplyOrder } from './check-reply-order.ts';
import { checkTruth } from './check-truth.ts';
import type { AcceptedReply, Ledger } from './ledger.ts';
import type { StoredEntry, TableView } from './table-view.ts';

export interface SendEvidence {
  readonly sends: readonly Accepted[];
  /** Why nobody can know what became of an attempt, by our message id. */
  readonly undecided: ReadonlyMap<string, string>;
  /** Faults of claims: they explain a reply that was never handed to its provider, and no other. */
  readonly brokenClaims: ReadonlyMap<string, string>;
  /** Faults of the write that records an outcome: they explain a reply whose last attempt the provider refused. */
  readonly brokenRecords: ReadonlyMap<string, string>;
  /** What the provider made of each attempt, by our message id: told with every complaint. */
  readonly history: ReadonlyMap<string, readonly string[]>;
}

export interface RepliesFound {
  readonly violations: string[];
  readonly doubled: number;
  readonly uncertain: number;
  /** Of those, the ones that the harness itself made undecidable. */
  readonly planted: number;
  readonly sent: number;
  readonly failed: number;
}

/** Each accepted reply reached its provider once or not at all, and its status says which. */
export function checkReplies(
  ledger: Ledger,
  view: TableView,
  { sends, ...evidence }: SendEvidence,
): RepliesFound {
  const words = sends.flatMap(({ text }) => text.split(/\s+/));
  const counts = new Map(
    [...Map.groupBy(words, (word) => word)].map(([word, all]) => [word, all.length]),
  );
  const stored = entriesByReply(view);
  const toldFailed = repliesToldAsFailed(ledger);
  const judged = [...ledger.replies.values()].map((reply) => {
    const entries = stored.get(reply.replyId) ?? [];
    const times = wordsOf(reply, entries).map((marker) => counts.get(marker) ?? 0);
    const isDoubled = times.some((count) => count > 1);
    return {
      isDoubled,
      status: String(entries[0]?.item['status']),
      isPlanted: evidence.undecided.has(messageIdOf(entries[0])),
      violations: [
        ...(isDoubled ? [`doubled: reply ${reply.replyId} reached the customer twice`] : []),
        ...(toldFailed.has(reply.replyId) && times.every((count) => count > 0)
          ? [`reply ${reply.replyId} was told as failed and reached the customer`]
          : []),
        ...checkEntry(reply, entries, times, { ledger, ...evidence }),
      ],
    };
  });
  const known = new Set([...ledger.replies.keys(), ...ledger.refusals.map((each) => each.replyId)]);
  const unasked = [...stored.keys()].filter((replyId) => !known.has(replyId));
  const having = (...names: readonly string[]) =>
    judged.filter(({ status }) => names.includes(status)).length;
  return {
    violations: [
      ...judged.flatMap(({ violations }) => violations),
      ...unasked.map((replyId) => `a reply nobody was promised: ${replyId}`),
      ...checkReplyOrder([...ledger.replies.values()], stored, sends, ledger.attempts),
      ...checkTruth(ledger, stored, sends),
    ],
    doubled: judged.filter(({ isDoubled }) => isDoubled).length,
    uncertain: having('uncertain'),
    planted: judged.filter(({ status, isPlanted }) => isPlanted && status === 'uncertain').length,
    failed: having('failed'),
    sent: having('sent', 'delivered', 'read'),
  };
}

/** Of those of which no provider has said so: a helpdesk that hears "failed" may write it anew. */
function repliesToldAsFailed({ events, providerFailed, refusals }: Ledger): Set<string> {
  const refused = new Set(refusals.map(({ replyId }) => replyId));
  const told = events
    .filter(({ body }) => body.includes('"switchboard.message.failed.v1"'))
    .map(({ body }) => (JSON.parse(body) as FailedEvent).data)
    .filter(({ message }) => !providerFailed.has(message?.id ?? ''))
    .flatMap(({ replyId }) => replyId ?? []);
  return new Set(told.filter((replyId) => !refused.has(replyId)));
}

interface FailedEvent {
  readonly data: { readonly replyId?: string; readonly message?: { readonly id: string } };
}

/** What the reply says: of two texts under one replyId the one that is stored. */
function wordsOf({ markers, other }: AcceptedReply, [entry]: readonly StoredEntry[]) {
  const isOther =
    other !== undefined && JSON.stringify(entry?.item['message'] ?? '').includes(other);
  return isOther ? [other] : markers;
}

function entriesByReply(view: TableView): Map<string, StoredEntry[]> {
  const found = new Map<string, StoredEntry[]>();
  for (const entry of [...view.entries.values()].flat()) {
    const { replyId } = (entry.item['message'] ?? {}) as { replyId?: string };
    if (replyId !== undefined) found.set(replyId, [...(found.get(replyId) ?? []), entry]);
  }
  return found;
}

interface Known extends Omit<SendEvidence, 'sends'> {
  readonly ledger: Ledger;
}

function checkEntry(
  { replyId }: AcceptedReply,
  [entry, ...others]: readonly StoredEntry[],
  times: readonly number[],
  known: Known,
): string[] {
  if (!entry || others.length > 0) {
    return [`reply ${replyId} is stored ${entry ? others.length + 1 : 0} times`];
  }
  const messageId = messageIdOf(entry);
  const status = isSentInPart(entry) ? 'sent in part' : String(entry.item['status']);
  const wrong = wrongStatus(status, messageId, times, known) ?? wronglyOvertaken(entry, known);
  if (wrong === undefined) return [];
  const told = known.history.get(messageId)?.join(', ') ?? 'never asked';
  const missing = times.filter((count) => count === 0).length;
  const delivery = JSON.stringify(entry.item['delivery']);
  return [
    `reply ${replyId} ${wrong} (provider: ${told}; ${missing} of ${times.length} words missing; ${delivery})`,
  ];
}

function messageIdOf(entry: StoredEntry | undefined): string {
  return entry ? `msg_${entry.conversationId.slice(4)}_${entry.sequence}` : '';
}

/**
 * Replies leave in order, so one that nothing has befallen is never failed because a later one has left: its command
 * would have to be beside the later one's on the queue.
 */
function wronglyOvertaken(entry: StoredEntry, known: Known): string | undefined {
  const [error] = (entry.item['errors'] ?? []) as readonly { readonly code?: string }[];
  if (error?.code !== 'not_sent_in_time') return undefined;
  const messageId = messageIdOf(entry);
  const { undecided, brokenClaims, brokenRecords, history, ledger } = known;
  const hasBefallen = [undecided, brokenClaims, brokenRecords, history, ledger.unanswered].some(
    (each) => each.has(messageId),
  );
  // A lease that was given back: its process had stood still.
  const { attempt = 0 } = (entry.item['delivery'] ?? {}) as { readonly attempt?: number };
  return hasBefallen || attempt > 0 ? undefined : 'was overtaken, and nothing had befallen it';
}

/** It has failed for good, after some of its messages had reached the customer. */
function isSentInPart({ item }: StoredEntry): boolean {
  const [error] = (item['errors'] ?? []) as readonly { readonly code?: string }[];
  return item['status'] === 'failed' && error?.code === 'sent_in_part';
}

/** Sent means sent once, failed means never, unless the provider said so later; uncertain needs a cause. */
function wrongStatus(
  status: string,
  messageId: string,
  times: readonly number[],
  known: Known,
): string | undefined {
  switch (status) {
    case 'sent':
    case 'delivered':
    case 'read':
      return times.every((count) => count > 0) ? undefined : `is ${status} and silently gone`;
    case 'failed':
      return wrongFailure(messageId, times, known);
    case 'sent in part':
      return isInPart(messageId, times, known) ? undefined : 'is sent in part, and is not';
    case 'uncertain':
      return isExplained(messageId, times, known) ? undefined : 'is uncertain without a cause';
    default:
      return `ended as ${status}`;
  }
}

/** Some of it has left, and the rest was held back, or the provider has said of a part that it failed after all. */
function isInPart(messageId: string, times: readonly number[], { ledger }: Known): boolean {
  return times.includes(1) && (times.includes(0) || ledger.providerFailed.has(messageId));
}

function wrongFailure(
  messageId: string,
  times: readonly number[],
  { ledger }: Known,
): string | undefined {
  const isUnsent = times.every((count) => count === 0);
  return isUnsent || ledger.providerFailed.has(messageId) ? undefined : 'is failed and was sent';
}

/**
 * Planted: a kill between claim and call, a provider that lost it. Or the machine's own doing, where the provider has
 * taken nothing: a claim that met a fault, an attempt that ran out of its time, a refusal that could not be recorded.
 */
function isExplained(messageId: string, times: readonly number[], known: Known): boolean {
  const { undecided, brokenClaims, brokenRecords, history, ledger } = known;
  if (undecided.has(messageId)) return true;
  if (brokenClaims.has(messageId) && !history.has(messageId)) return true;
  const lastAnswer = history.get(messageId)?.at(-1) ?? 'accepted';
  if (brokenRecords.has(messageId) && !lastAnswer.includes('accepted')) return true;
  return ledger.unanswered.has(messageId) && times.includes(0);
}
