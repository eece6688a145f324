import type { SimulatorWorld } from '#infra/local/simulators/simulator';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';

/** The credits that are used up, of those that one change of the conditions gave. */
const used = new WeakMap<object, number>();

/** Takes one credit for a call; false where none is left. */
export function spendCredit(world: SimulatorWorld): boolean {
  const { credits } = conditionsOf(world);
  if (credits === undefined) return true;
  const given = world.conditions();
  const spent = used.get(given) ?? 0;
  if (spent >= credits) return false;
  used.set(given, spent + 1);
  return true;
}
