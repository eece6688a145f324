import type { Accepted } from '#test/faults/provider/provider';
import type { AcceptedReply, Ledger } from './ledger.ts';
import type { StoredEntry, TableView } from './table-view.ts';

export interface SendEvidence {
  readonly sends: readonly Accepted[];
  /** Why nobody can know what became of an attempt, by our message id. */
  readonly undecided: ReadonlyMap<string, string>;
}

export interface RepliesFound {
  readonly violations: string[];
  readonly doubled: number;
  readonly uncertain: number;
  readonly sent: number;
  readonly failed: number;
}

/** Each accepted reply reached its provider once or not at all, and its status says which. */
export function checkReplies(
  ledger: Ledger,
  view: TableView,
  { sends, undecided }: SendEvidence,
): RepliesFound {
  const counts = new Map<string, number>();
  for (const word of sends.flatMap(({ text }) => text.split(/\s+/))) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const stored = entriesByReply(view);
  const found = { violations: [] as string[], doubled: 0, uncertain: 0, sent: 0, failed: 0 };
  for (const reply of ledger.replies.values()) {
    const times = reply.markers.map((marker) => counts.get(marker) ?? 0);
    const entry = stored.get(reply.replyId);
    if (times.some((count) => count > 1)) {
      found.doubled += 1;
      found.violations.push(`doubled: reply ${reply.replyId} reached the customer twice`);
    }
    found.violations.push(...checkStatus(reply, entry, times, { ledger, undecided }));
    const status = String(entry?.[0]?.item['status']);
    if (status === 'uncertain') found.uncertain += 1;
    else if (status === 'failed') found.failed += 1;
    else if (status !== 'undefined') found.sent += 1;
  }
  const unasked = [...stored.keys()].filter((replyId) => !ledger.replies.has(replyId));
  found.violations.push(...unasked.map((replyId) => `a reply nobody was promised: ${replyId}`));
  return found;
}

function entriesByReply(view: TableView): Map<string, StoredEntry[]> {
  const found = new Map<string, StoredEntry[]>();
  for (const entry of [...view.entries.values()].flat()) {
    const { replyId } = (entry.item['message'] ?? {}) as { replyId?: string };
    if (replyId !== undefined) found.set(replyId, [...(found.get(replyId) ?? []), entry]);
  }
  return found;
}

interface Known {
  readonly ledger: Ledger;
  readonly undecided: ReadonlyMap<string, string>;
}

function checkStatus(
  { replyId }: AcceptedReply,
  entries: readonly StoredEntry[] | undefined,
  times: readonly number[],
  { ledger, undecided }: Known,
): string[] {
  if (entries?.length !== 1) return [`reply ${replyId} is stored ${entries?.length ?? 0} times`];
  const [entry] = entries;
  if (!entry) return [];
  const status = String(entry.item['status']);
  const messageId = `msg_${entry.conversationId.slice(4)}_${entry.sequence}`;
  const isOut = times.every((count) => count > 0);
  switch (status) {
    case 'sent':
    case 'delivered':
    case 'read':
      return isOut ? [] : [`silently gone: reply ${replyId} is ${status} and was never sent`];
    case 'failed':
      return times.every((count) => count === 0) || ledger.providerFailed.has(messageId)
        ? []
        : [`reply ${replyId} is failed and was sent`];
    case 'uncertain':
      return undecided.has(messageId) ? [] : [`uncertain without a cause: reply ${replyId}`];
    default:
      return [`reply ${replyId} ended as ${status}`];
  }
}
