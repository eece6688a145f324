import * as z from 'zod';
import type { ApiAnswer, Simulator } from '#infra/local/simulators/simulator';
import { BadCall } from './bad-call.ts';
import type { SimulatorContext } from './context.ts';
import { readCall } from './read-call.ts';

/** Endings of the connection, which no provider has a body for. */
const brokenEndings: readonly string[] = ['hang', 'reset-after-accept'];
/** An error that is in no list of the provider's, as after the provider has added one. */
const unknownError = 'unknown';

const Fault = z.strictObject({
  kind: z.union([z.string().min(1), z.int().transform(String)]),
  count: z.int().min(1).max(10_000).default(1),
});

/** Every fault that a simulator can play. */
function faultKinds({ faults }: Simulator): readonly string[] {
  return [...brokenEndings, unknownError, ...faults.kinds];
}

/** Tells which faults can be played, and which are still to come. */
export function showFaults({ simulator, faults }: SimulatorContext) {
  return { kinds: faultKinds(simulator), waiting: faults };
}

/** Makes the next requests to the provider's API fail. */
export function addFaults({ simulator, faults }: SimulatorContext, body: Buffer) {
  const { kind, count } = readCall(Fault, body);
  const kinds = faultKinds(simulator);
  if (!kinds.includes(kind)) {
    throw new BadCall(`kind: given ${JSON.stringify(kind)}, allowed are ${kinds.join(', ')}`);
  }
  faults.push(...Array.from({ length: count }, () => kind));
  return { waiting: faults };
}

export function forgetFaults({ faults }: SimulatorContext) {
  faults.splice(0);
  return { waiting: faults };
}

/** The provider's body for a fault. Undefined for the endings of a connection. */
export function faultAnswer({ faults }: Simulator, kind: string): ApiAnswer | undefined {
  if (kind === unknownError) return faults.unknown;
  return faults.kinds.includes(kind) ? faults.answer(kind) : undefined;
}
