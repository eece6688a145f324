import type { Harness } from './harness.ts';

/** Lets minutes pass: after each one the sweep runs, and what it asks for is delivered. */
export async function minutes(harness: Harness, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    harness.clock.pass(60);
    await harness.sweep();
    for (const command of harness.commands()) await harness.sendToEnd(command);
  }
}
