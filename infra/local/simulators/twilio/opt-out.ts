import type { SimulatedAccount, SimulatorWorld } from '#infra/local/simulators/simulator';

/** Pairs of customer and sender that Twilio lets no message pass between, by stack. */
const optedOut = new WeakMap<SimulatorWorld, Set<string>>();

/** Twilio's keywords, each alone in the message, in any case (messaging/guides/opt-out). */
const keywords: readonly (readonly [RegExp, string])[] = [
  [/^(stop|stopall|unsubscribe|cancel|end|quit|revoke|optout)$/i, 'STOP'],
  [/^(start|unstop)$/i, 'START'],
  [/^(help|info)$/i, 'HELP'],
];

/**
 * Blocks and unblocks by the keywords of a customer's message, which Twilio passes on all the same. With Advanced
 * Opt-Out (the condition `advancedOptOut`) the webhook says which word it was, on WhatsApp too; without it there are no
 * keywords on WhatsApp. Gives the parameters that the webhook has for it.
 */
export function noteOptOut(
  { from, text }: { readonly from: string; readonly text: string },
  sender: string,
  world: SimulatorWorld,
): Record<string, string> {
  const isAdvanced = world.conditions()['advancedOptOut'] === true;
  if (from.startsWith('whatsapp:') && !isAdvanced) return {};
  const word = keywords.find(([form]) => form.test(text.trim()))?.[1];
  if (word === undefined) return {};
  const blocked = optedOut.get(world) ?? new Set();
  optedOut.set(world, blocked);
  if (word === 'STOP') blocked.add(pairOf(from, sender));
  if (word === 'START') blocked.delete(pairOf(from, sender));
  return isAdvanced ? { OptOutType: word } : {};
}

/** Tells if Twilio would refuse this message, because its recipient has stopped its sender. */
export function isOptedOut(
  form: URLSearchParams,
  { address }: SimulatedAccount,
  world: SimulatorWorld,
): boolean {
  const to = form.get('To') ?? '';
  const sender = form.get('MessagingServiceSid') ?? form.get('From') ?? address;
  return optedOut.get(world)?.has(pairOf(to, sender)) ?? false;
}

/** The sender that a customer writes to: the Messaging Service of the account, where it has one, else its number. */
export function senderOf({ address, settings }: SimulatedAccount): string {
  const service = settings['messagingServiceSid'];
  return typeof service === 'string' ? service : address;
}

function pairOf(customer: string, sender: string): string {
  return `${customer} ${sender.replace(/^(?:whatsapp|rcs):/, '')}`;
}
