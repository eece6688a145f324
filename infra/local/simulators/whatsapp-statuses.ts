import type { SimulatedStatus, SimulatorWorld } from './simulator.ts';
import { deliver } from './whatsapp-delivery.ts';
import { metaErrorText } from './whatsapp-errors.ts';
import { contactOf } from './whatsapp-people.ts';
import { type SentMessage, stateOf } from './whatsapp-state.ts';

/** When each status comes after the send, in milliseconds. */
const delays = { sent: 30, delivered: 80, read: 150 };

/** Since 1 October 2026 service messages are billed like templates; the price is told on the first two statuses. */
const pricedStatuses: readonly string[] = ['sent', 'delivered'];

/** The statuses that follow a message Meta has taken. */
export function oweStatuses(message: SentMessage, world: SimulatorWorld): void {
  const { failWith, read } = stateOf(world).weather;
  if (failWith !== undefined) {
    world.later(delays.sent, () => deliverStatus(message, 'failed', world, failWith));
    return;
  }
  for (const status of ['sent', 'delivered', ...(read ? (['read'] as const) : [])] as const) {
    world.later(delays[status], () => deliverStatus(message, status, world));
  }
}

/** Tells a status of a message that was sent, asked for by hand. */
export async function report(
  { messageId, status, code }: SimulatedStatus,
  world: SimulatorWorld,
): Promise<number | undefined> {
  const message = stateOf(world).sent.get(messageId);
  if (message === undefined) return undefined;
  return deliverStatus(message, status, world, code === undefined ? undefined : Number(code));
}

/** Tells one status, with Meta's error object where it is `failed`. */
function deliverStatus(
  { id, account, person, category, callbackData }: SentMessage,
  status: string,
  world: SimulatorWorld,
  code = 131026,
): Promise<number> {
  const failed = status === 'failed';
  const priced = pricedStatuses.includes(status);
  const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category };
  const value = {
    // Of a message that failed, Meta tells no contact.
    ...(failed ? {} : { contacts: [contactOf(person, { name: 'Customer' })] }),
    statuses: [
      {
        id,
        status,
        timestamp: secondsOf(world),
        ...(person.phone === undefined ? {} : { recipient_id: person.phone }),
        recipient_user_id: person.userId,
        ...(priced ? { pricing } : {}),
        ...(failed ? { errors: [errorOf(code)] } : {}),
        ...(callbackData === undefined ? {} : { biz_opaque_callback_data: callbackData }),
      },
    ],
  };
  return deliver({ account, field: 'messages', value }, world);
}

function errorOf(code: number) {
  const { title, details } = metaErrorText(code);
  const href = '/documentation/business-messaging/whatsapp/support/error-codes';
  return { code, title, message: title, error_data: { details }, href };
}

/** Meta's clock, as webhooks write it. */
export function secondsOf(world: SimulatorWorld): string {
  return String(Math.floor(world.now().getTime() / 1000));
}
