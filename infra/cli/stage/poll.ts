import { setTimeout as sleep } from 'node:timers/promises';

/** The wait between two reads of the table, while a command waits for something to happen. */
const everyMilliseconds = 100;

/** Asks until there is an answer, or until it is too late, or until the caller has had enough: then undefined. */
export async function until<Answer>(
  ask: () => Promise<Answer | undefined>,
  { signal, seconds }: { readonly signal: AbortSignal; readonly seconds: number },
): Promise<Answer | undefined> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || signal.aborted || performance.now() > deadline) return answer;
    await pause(everyMilliseconds, signal);
  }
}

/** Waits, or stops waiting when the caller has had enough. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
