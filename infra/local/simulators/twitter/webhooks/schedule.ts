import type { SimulatorWorld } from '#infra/local/simulators/simulator';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { stateOf } from '#infra/local/simulators/twitter/state';
import { challenge } from './challenge.ts';

const tickMilliseconds = 100;

const scheduled = new WeakSet<SimulatorWorld>();

/** Challenges the registered webhooks again and again, as long as the stack runs. */
export function scheduleChallenges(world: SimulatorWorld): void {
  if (scheduled.has(world)) return;
  scheduled.add(world);
  const tick = async (): Promise<void> => {
    const { challengeSeconds } = conditionsOf(world);
    const due = [...stateOf(world).webhooks.values()].filter(
      ({ challengedAt }) =>
        Math.abs(world.now().getTime() - challengedAt.getTime()) >= challengeSeconds * 1000,
    );
    await Promise.all(due.map((webhook) => challenge(webhook, world)));
    world.later(tickMilliseconds, tick);
  };
  world.later(tickMilliseconds, tick);
}
