import type { Accepted } from '#test/faults/channels/channel';
import type { AcceptedReply, LoggedAttempt } from './ledger.ts';
import type { StoredEntry } from './table-view.ts';

/**
 * Replies of one conversation stand in it as they were taken (of two of them the one acknowledged before the other was
 * handed in comes first), and the provider was given them, message after message, as they stand. With one exception: a
 * request that its sender had given up as uncertain before the later reply began, and that the provider has taken
 * only then, cannot be called back.
 */
export function checkReplyOrder(
  replies: readonly AcceptedReply[],
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
  sends: readonly Accepted[],
  attempts: readonly LoggedAttempt[],
): string[] {
  const byConversation = Map.groupBy(replies, ({ conversationId }) => conversationId);
  return [
    ...[...byConversation.values()].flatMap((own) => checkTaken(own, stored)),
    ...checkLeft(sends, attempts),
  ];
}

function checkTaken(
  own: readonly AcceptedReply[],
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
): string[] {
  const placed = own
    .map((reply) => ({ reply, at: stored.get(reply.replyId)?.[0]?.sequence ?? 0 }))
    .toSorted((a, b) => a.at - b.at);
  return placed.flatMap(({ reply: later }, index) => {
    const overtaken = placed.slice(0, index).find(({ reply }) => later.ackedAt < reply.startedAt);
    return overtaken
      ? [`out of order: reply ${later.replyId} stands after ${overtaken.reply.replyId}`]
      : [];
  });
}

interface Left {
  readonly place: number;
  readonly messageId: string;
  readonly part: number;
}

function checkLeft(sends: readonly Accepted[], attempts: readonly LoggedAttempt[]): string[] {
  const left = new Map<string, Left[]>();
  const attemptsAt = Map.groupBy(attempts, nameOf);
  return sends.flatMap(({ messageId, part }) => {
    const [, conversation = '', sequence = '0'] = /^msg_(.*)_(\d+)$/.exec(messageId) ?? [];
    const one = { place: Number(sequence) * 100 + part, messageId, part };
    const before = left.get(conversation) ?? [];
    left.set(conversation, [...before, one]);
    const passed = before
      .filter(({ place }) => place > one.place)
      .find((later) => !isGivenUpBefore(one, later, attemptsAt));
    return passed ? [`out of order: ${messageId} part ${part} left after ${passed.messageId}`] : [];
  });
}

const nameOf = ({ messageId, part }: Pick<LoggedAttempt, 'messageId' | 'part'>) =>
  `${messageId}.${part}`;

/** By the senders' own logs: an attempt that no log tells of, of either of the two, excuses nothing. */
function isGivenUpBefore(
  one: Left,
  later: Left,
  attemptsAt: ReadonlyMap<string, readonly LoggedAttempt[]>,
): boolean {
  // An uncertain part holds back those of its own reply that come after it.
  if (one.messageId === later.messageId) return false;
  const own = attemptsAt.get(nameOf(one)) ?? [];
  const laterBegan = Math.min(
    ...(attemptsAt.get(nameOf(later)) ?? []).map(({ beganAt }) => beganAt),
  );
  return (
    Number.isFinite(laterBegan) &&
    own.at(-1)?.outcome === 'uncertain' &&
    own.every(({ endedAt }) => endedAt <= laterBegan)
  );
}
