import type { SimulatorWorld } from '#infra/local/simulators/simulator';
import { deliver } from './delivery.ts';
import { metaErrorText } from './errors.ts';
import { contactOf, type Person, personOf } from './people.ts';
import { ownConditionsOf, type SentMessage } from './state.ts';

/** Milliseconds from the send to each status. */
const delays = { sent: 30, delivered: 80, read: 150 };

/** Since 1 October 2026 service messages are billed like templates; the price is told on the first two statuses. */
const pricedStatuses: readonly string[] = ['sent', 'delivered'];

/** The statuses that follow a message Meta has taken. */
export function oweStatuses(message: SentMessage, world: SimulatorWorld): void {
  const { failWith, read } = ownConditionsOf(world);
  if (failWith !== undefined) {
    world.report(delays.sent, () => deliverStatus(message, 'failed', world, { code: failWith }));
    return;
  }
  for (const status of ['sent', 'delivered', ...(read ? (['read'] as const) : [])] as const) {
    world.report(delays[status], () => deliverStatus(message, status, world));
  }
}

/** The error code and the group member of a status told by hand. */
interface Told {
  readonly code?: number;
  readonly recipient?: string;
}

/** Tells one status, with Meta's error object where it is `failed`; of a group those of its members in one body. */
export function deliverStatus(
  message: SentMessage,
  status: string,
  world: SimulatorWorld,
  { code = 131026, recipient }: Told = {},
): Promise<number> {
  const { id, account, person, group, callbackData } = message;
  const failed = status === 'failed';
  const common = {
    id,
    status,
    timestamp: secondsOf(world),
    ...(failed ? { errors: [errorOf(code)] } : {}),
    ...(callbackData === undefined ? {} : { biz_opaque_callback_data: callbackData }),
  };
  const value = group
    ? { statuses: membersOf(message, status, recipient).map((each) => ({ ...common, ...each })) }
    : {
        // Meta names no contact for a message that failed.
        ...(failed ? {} : { contacts: [contactOf(person, { name: 'Customer' })] }),
        statuses: [{ ...common, ...recipientOf(person), ...pricingOf(message, status) }],
      };
  return deliver({ account, field: 'messages', value }, world);
}

function recipientOf({ phone, userId }: Person) {
  return {
    ...(phone === undefined ? {} : { recipient_id: phone }),
    recipient_user_id: userId,
  };
}

/** One status for each member. `sent`, and any status of a group without members, is told once and names no member. */
function membersOf(
  message: SentMessage,
  status: string,
  recipient: string | undefined,
): readonly object[] {
  const { group } = message;
  const about = { recipient_id: group?.id, recipient_type: 'group' };
  const everybody =
    status === 'sent' || status === 'failed' ? [] : [...(group?.members.values() ?? [])];
  const members = recipient === undefined ? everybody : [personOf(recipient)];
  // The groups page has the price inside `conversation`.
  const price = pricingOf(message, status);
  const common = 'pricing' in price ? { ...about, conversation: price } : about;
  if (members.length === 0) return [common];
  return members.map(({ phone, userId }) => ({
    ...common,
    ...(phone === undefined ? {} : { recipient_participant_id: phone }),
    recipient_participant_user_id: userId,
  }));
}

function pricingOf({ category }: SentMessage, status: string) {
  if (!pricedStatuses.includes(status)) return {};
  return { pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category } };
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
