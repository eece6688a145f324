import * as z from 'zod';
import { BadCall } from './bad-call.ts';
import { readCall } from './read-call.ts';
import type { Room } from './room.ts';

/** Endings of the connection, which no provider has a body for. */
const brokenEndings: readonly string[] = ['hang', 'reset-after-accept'];

const Fault = z.strictObject({
  kind: z.union([z.string().min(1), z.int().transform(String)]),
  count: z.int().min(1).max(10_000).default(1),
});

/** Makes the next requests to the provider's API fail. */
export function addFaults({ simulator, faults }: Room, body: Buffer) {
  const { kind, count } = readCall(Fault, body);
  if (!brokenEndings.includes(kind) && simulator.fault(kind) === undefined) {
    const allowed = [...brokenEndings, '429', '500'].join(', ');
    throw new BadCall(
      `kind: given ${JSON.stringify(kind)}, allowed are ${allowed} and ${simulator.faults}`,
    );
  }
  faults.push(...Array.from({ length: count }, () => kind));
  return { waiting: faults };
}
