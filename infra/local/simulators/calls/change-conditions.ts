import * as z from 'zod';
import { type Conditions, conditions, usualConditions } from './conditions.ts';
import type { SimulatorContext } from './context.ts';
import { readCall } from './read-call.ts';

export function showConditions({ world }: SimulatorContext) {
  return { ...world.conditions(), waiting: world.waiting() };
}

/** Sets the conditions anew: those that are not given get their default. */
export function changeConditions({ simulator, world }: SimulatorContext, body: Buffer): Conditions {
  const schema = z.strictObject({ ...conditions, ...simulator.conditions });
  return apply(readCall(schema, body), world);
}

export function forgetConditions({ simulator, world }: SimulatorContext): Conditions {
  return apply(usualConditions(simulator.conditions), world);
}

/** Sets the conditions. Webhooks that were held back leave at once, under the old ones. */
function apply(changed: Conditions, world: SimulatorContext['world']): Conditions {
  void world.release();
  world.setConditions(changed);
  return changed;
}
