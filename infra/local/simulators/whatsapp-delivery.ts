import type { SimulatorWorld } from './simulator.ts';
import { stateOf, type Weather } from './whatsapp-state.ts';
import { type Update, webhookOf } from './whatsapp-webhooks.ts';

/** Long enough for the updates of one burst to meet, in milliseconds. */
const usualDelay = 200;

/** Tells our webhook, alone and at once, or as the weather has it; resolves with the status of our answer. */
export function deliver(update: Update, world: SimulatorWorld): Promise<number> {
  const { weather, waiting } = stateOf(world);
  if (isCalm(weather)) return world.deliver(webhookOf(update.account, [update]));
  return new Promise((done) => {
    waiting.push({ update, done });
    if (waiting.length > 1) return;
    world.later(weather.delayMilliseconds ?? usualDelay, () => deliverWaiting(world));
  });
}

/** Everything that was held back, by the weather of now. */
export async function deliverWaiting(world: SimulatorWorld): Promise<void> {
  const { weather, waiting } = stateOf(world);
  const held = waiting.splice(0);
  if (weather.reorder) held.reverse();
  for (const account of new Set(held.map(({ update }) => update.account))) {
    const own = held.filter(({ update }) => update.account === account);
    for (let start = 0; start < own.length; start += weather.batch) {
      const together = own.slice(start, start + weather.batch);
      const webhook = webhookOf(
        account,
        together.map(({ update }) => update),
      );
      const status = await world.deliver(webhook);
      if (weather.repeat) await world.deliver(webhook);
      for (const { done } of together) done(status);
    }
  }
}

function isCalm({ batch, repeat, reorder, delayMilliseconds = 0 }: Weather): boolean {
  return batch === 1 && !repeat && !reorder && delayMilliseconds === 0;
}
