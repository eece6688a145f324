import * as z from 'zod';
import type { SimulatorContext } from './context.ts';
import { readCall } from './read-call.ts';

const tenYears = 10 * 365 * 24 * 3600;

const Clock = z.strictObject({ offsetSeconds: z.number().min(-tenYears).max(tenYears) });

/** Tells the provider's clock. */
export function showClock({ world }: SimulatorContext) {
  return { now: world.now().toISOString() };
}

/** Sets the seconds by which the provider's clock is ahead of real time. */
export function setClock({ world }: SimulatorContext, body: Buffer) {
  world.setClock(readCall(Clock, body).offsetSeconds);
  return { now: world.now().toISOString() };
}
