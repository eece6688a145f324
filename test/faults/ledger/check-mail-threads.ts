import type { Ledger } from './ledger.ts';
import type { StoredEntry } from './table-view.ts';

/** An authenticated answer of a participant goes on where it says; a forged one stands apart from what it names. */
export function checkMailThreads(
  { joining, forged }: Ledger,
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
): string[] {
  return [
    ...[...joining].flatMap(([providerId, conversation]) => {
      const place = stored.get(providerId)?.[0]?.conversationId;
      const isApart = place !== undefined && place !== conversation;
      return isApart
        ? [`an answer stands apart: ${providerId} in ${place}, not ${conversation}`]
        : [];
    }),
    ...forged.flatMap(({ providerId, conversation }) => {
      const entries = stored.get(providerId) ?? [];
      if (entries.length !== 1)
        return [`a forged mail is stored ${entries.length} times: ${providerId}`];
      const hasJoined = entries[0]?.conversationId === conversation;
      return hasJoined ? [`a forged mail joined: ${providerId} in ${conversation}`] : [];
    }),
  ];
}
