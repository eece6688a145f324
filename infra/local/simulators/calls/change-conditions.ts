import * as z from 'zod';
import { type Conditions, conditions, usualConditions } from './conditions.ts';
import { readCall } from './read-call.ts';
import type { Room } from './room.ts';

export function showConditions({ world }: Room) {
  return { ...world.conditions(), waiting: world.waiting() };
}

/** Sets the conditions anew: what is not given is as usual. */
export function changeConditions({ simulator, world }: Room, body: Buffer): Conditions {
  const schema = z.strictObject({ ...conditions, ...simulator.conditions });
  return apply(readCall(schema, body), world);
}

export function forgetConditions({ simulator, world }: Room): Conditions {
  return apply(usualConditions(simulator.conditions), world);
}

/** What was held back comes at once, by the conditions it was held back under. */
function apply(changed: Conditions, world: Room['world']): Conditions {
  void world.release();
  world.setConditions(changed);
  return changed;
}
