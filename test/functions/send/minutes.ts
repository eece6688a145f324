import type { Desk } from './desk.ts';

/** Lets minutes pass: after each one the sweep runs, and what it asks for is delivered. */
export async function minutes(desk: Desk, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    desk.clock.pass(60);
    await desk.sweep();
    for (const command of desk.commands()) await desk.sendToEnd(command);
  }
}
