import type { Harness } from './harness.ts';
import type { Place } from './outbound-queue.ts';

/**
 * Delivers commands as the queue would, the earliest first and those of one conversation in order, each again after the
 * wait it asked for. The sweep runs every minute, and what it asks for is delivered too. Ends when nothing is left on the
 * queue and some runs of the sweep have asked for nothing.
 */
export async function deliverAll(harness: Harness, places: readonly Place[]): Promise<void> {
  const { clock } = harness;
  const nowMs = () => clock.now.getTime();
  const queue = places.map((command) => ({ command, atMs: nowMs() }));
  const passTo = (ms: number) => clock.pass(Math.max(0, ms - nowMs()) / 1000);
  let idle = 0;
  for (let sweepMs = nowMs() + 60_000; queue.length > 0 || idle < idleRuns; ) {
    const asked = harness.commands();
    if (asked.length > 0) idle = 0;
    queue.push(...asked.map((command) => ({ command, atMs: nowMs() })));
    const next = firstOf(queue);
    passTo(Math.min(next?.atMs ?? sweepMs, sweepMs));
    if (next && next.atMs < sweepMs) {
      await deliver(harness, queue, next);
      continue;
    }
    sweepMs += 60_000;
    idle += 1;
    if (idle > 500) throw new Error('a command waits for ever');
    await harness.sweep();
  }
}

async function deliver(harness: Harness, queue: Held[], next: Held): Promise<void> {
  const wait = await harness.send(next.command);
  if (wait === undefined) queue.splice(queue.indexOf(next), 1);
  else next.atMs = harness.clock.now.getTime() + wait * 1000;
}

/** Longer than a reply of these tests waits for its slot. */
const idleRuns = 6;

type Held = { readonly command: Place; atMs: number };

/** The earliest of those that nothing of their conversation stands before. */
function firstOf(queue: readonly Held[]): Held | undefined {
  const seen = new Set<string>();
  const heads = queue.filter(({ command: { conversationId } }) => {
    const isHead = !seen.has(conversationId);
    seen.add(conversationId);
    return isHead;
  });
  return heads.toSorted((one, other) => one.atMs - other.atMs)[0];
}
