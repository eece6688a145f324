import type { Accepted } from '#test/faults/channels/channel';
import type { AcceptedReply } from './ledger.ts';
import type { StoredEntry } from './table-view.ts';

/**
 * Replies of one conversation stand in it as they were taken (of two of them the one acknowledged before the other was
 * handed in comes first), and the provider was given them, message after message, as they stand.
 */
export function checkReplyOrder(
  replies: readonly AcceptedReply[],
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
  sends: readonly Accepted[],
): string[] {
  const byConversation = Map.groupBy(replies, ({ conversationId }) => conversationId);
  return [
    ...[...byConversation.values()].flatMap((own) => checkTaken(own, stored)),
    ...checkLeft(sends),
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

function checkLeft(sends: readonly Accepted[]): string[] {
  const furthest = new Map<string, { readonly place: number; readonly messageId: string }>();
  return sends.flatMap(({ messageId, part }) => {
    const [, conversation = '', sequence = '0'] = /^msg_(.*)_(\d+)$/.exec(messageId) ?? [];
    const place = Number(sequence) * 100 + part;
    const before = furthest.get(conversation);
    if (before && place < before.place) {
      return [`out of order: ${messageId} part ${part} left after ${before.messageId}`];
    }
    furthest.set(conversation, { place, messageId });
    return [];
  });
}
