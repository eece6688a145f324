import { Heap } from './heap.ts';

/** A clock that stands still while anything works, and jumps to the next thing that somebody waits for. */
export interface VirtualClock {
  readonly now: () => Date;
  readonly nowMs: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Does something at a time; nobody waits for it. */
  readonly at: (ms: number, work: () => void) => void;
  /** Lets time pass until `isOver`, or until nothing is left to wait for. */
  readonly run: (isOver: () => boolean) => Promise<void>;
}

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly work: () => void;
}

const isBefore = (one: Timer, other: Timer) =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

export function virtualClock(start: Date): VirtualClock {
  const timers = new Heap<Timer>(isBefore);
  let nowMs = start.getTime();
  let order = 0;
  const at = (ms: number, work: () => void): void => {
    order += 1;
    timers.push({ atMs: Math.max(ms, nowMs), order, work });
  };
  return {
    now: () => new Date(nowMs),
    nowMs: () => nowMs,
    at,
    sleep: (milliseconds) => new Promise((resolve) => at(nowMs + milliseconds, resolve)),
    run: async (isOver) => {
      while (!isOver()) {
        await settled((timers.first?.atMs ?? Number.POSITIVE_INFINITY) - nowMs);
        const next = timers.first;
        if (!next) return;
        nowMs = next.atMs;
        while (timers.first?.atMs === nowMs) timers.pop()?.work();
      }
    },
  };
}

/**
 * Everything that can go on does, before time passes. A body that is read needs some turns of the event loop, so before
 * a longer time passes there are more of them, and a moment of the real clock.
 */
async function settled(jumpMs: number): Promise<void> {
  const turns = jumpMs > 20 ? 10 : 2;
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (jumpMs > 500) await new Promise((resolve) => setTimeout(resolve, 5));
}
