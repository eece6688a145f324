import type { Pacing } from '#shared/connector/declaration';
import type { PacedRequest } from '#test/faults/provider/provider';
import { maxTooEarlySeconds } from '#test/support/stack/pace';
import type { AcceptedReply } from './ledger.ts';

/** A slot is never used before its time, so what is too early by more than this had none. */
const toleranceSeconds = 1;

/** The requests of a paced account, refused ones too, come no faster than its pace, however busy the machine is. */
export function checkPace(
  replies: readonly AcceptedReply[],
  requests: readonly PacedRequest[],
  pacing: Pacing,
): string[] {
  const startedAt = new Map(
    replies.flatMap(({ markers, startedAt: at }) => markers.map((word) => [word, at] as const)),
  );
  const calls = requests.flatMap(({ text, atMs }) => {
    const handedInMs = startedAt.get(text.split(/\s+/)[0] ?? '');
    return handedInMs === undefined ? [] : [{ handedInMs, atMs }];
  });
  const early = maxTooEarlySeconds(calls, pacing);
  if (early <= toleranceSeconds) return [];
  return [
    `faster than its pace: of ${calls.length} requests one came ${early.toFixed(1)} s too early`,
  ];
}
