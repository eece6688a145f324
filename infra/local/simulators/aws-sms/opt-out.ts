import type { SimulatorWorld } from '#infra/local/simulators/simulator';

/** Pairs of our number and a customer who answered STOP, by stack: AWS then refuses to write to them. */
const optedOut = new WeakMap<SimulatorWorld, Set<string>>();

const outWords = /^(arret|cancel|end|opt-out|optout|quit|remove|stop|td|unsubscribe)$/i;
const inWords = /^(start|unstop)$/i;

/** AWS's own handling, which is on unless a number manages opt-outs itself: the message is passed on all the same. */
export function noteOptOut(
  world: SimulatorWorld,
  pair: { readonly address: string; readonly customer: string },
  text: string,
): void {
  const blocked = optedOut.get(world) ?? new Set();
  optedOut.set(world, blocked);
  if (outWords.test(text.trim())) blocked.add(nameOf(pair));
  if (inWords.test(text.trim())) blocked.delete(nameOf(pair));
}

export function isOptedOut(
  world: SimulatorWorld,
  pair: { readonly address: string; readonly customer: string },
): boolean {
  return optedOut.get(world)?.has(nameOf(pair)) ?? false;
}

function nameOf({ address, customer }: { address: string; customer: string }): string {
  return `${address} ${customer}`;
}
