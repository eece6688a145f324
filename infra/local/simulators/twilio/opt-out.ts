import type { SimulatorWorld } from '#infra/local/simulators/simulator';

/** Customers who answered STOP, by stack: Twilio then refuses to write to them. */
const optedOut = new WeakMap<SimulatorWorld, Set<string>>();

/** Twilio's default opt-out: it blocks the customer and still passes the message on. WhatsApp has no keywords. */
export function noteOptOut(from: string, text: string, world: SimulatorWorld): void {
  if (from.startsWith('whatsapp:')) return;
  const blocked = optedOut.get(world) ?? new Set();
  optedOut.set(world, blocked);
  if (/^(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)$/i.test(text)) blocked.add(from);
  if (/^(start|unstop)$/i.test(text)) blocked.delete(from);
}

export function isOptedOut(to: string, world: SimulatorWorld): boolean {
  return optedOut.get(world)?.has(to) ?? false;
}
