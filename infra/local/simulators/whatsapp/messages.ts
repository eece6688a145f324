import type {
  ApiAnswer,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { graphError, graphJson } from './errors.ts';
import { type Group, groupNamed, personFor } from './groups.ts';
import { limitRefusal } from './limits.ts';
import { newMessageId, type Person, personOf } from './people.ts';
import { readRequest } from './request.ts';
import { type Send, textOfSend } from './send.ts';
import { stateOf } from './state.ts';
import { oweStatuses } from './statuses.ts';

/** `POST /{phone-number-id}/messages`: a message, or the mark that one was read. */
export function postMessage(
  body: unknown,
  account: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const request = readRequest(body);
  if ('refusal' in request) return request.refusal;
  if ('read' in request) {
    stateOf(world).signals.push({ at: world.now().toISOString(), ...request.read });
    return graphJson({ success: true });
  }
  const { send } = request;
  const input = send.to ?? send.recipient ?? '';
  const toGroup = send.recipient_type === 'group';
  const group = toGroup ? groupNamed(input, account, world) : undefined;
  if (toGroup && !group) return graphError(100, { details: `${input} is no group of this number` });
  // "Non-supported message types" of the groups page.
  if (group && send.type === 'interactive') return graphError(131051);
  const person = group ? personFor(group) : personOf(input);
  return (
    limitRefusal(send, account, person, world) ??
    accept(send, body, { account, person, group }, world)
  );
}

/** The account and the customer of a message. */
interface Route {
  readonly account: SimulatedAccount;
  readonly person: Person;
  readonly group: Group | undefined;
}

/** Accepts a message, and schedules its statuses. */
function accept(send: Send, request: unknown, route: Route, world: SimulatorWorld): ApiAnswer {
  const { person, group } = route;
  const input = send.to ?? send.recipient ?? '';
  const id = newMessageId(person);
  const to = group?.id ?? person.phone ?? person.userId;
  const text = textOfSend(send);
  world.record({ at: world.now().toISOString(), to, text, messageId: id, request });
  const callbackData = send.biz_opaque_callback_data;
  const message = { id, ...route, category: categoryOf(send), callbackData };
  stateOf(world).sent.set(id, message);
  oweStatuses(message, world);
  return graphJson({
    messaging_product: 'whatsapp',
    contacts: [group ? { input, wa_id: group.id } : { input, ...namesOf(person) }],
    messages: [{ id, ...(send.type === 'template' ? { message_status: 'accepted' } : {}) }],
  });
}

function namesOf({ phone, userId }: Person) {
  return { ...(phone === undefined ? {} : { wa_id: phone }), user_id: userId };
}

/** The category that Meta bills. The simulator has no list of templates, so a template's name decides its category. */
function categoryOf(send: Send): string {
  if (send.type !== 'template') return 'service';
  const { name } = send.template;
  if (/otp|auth|code/.test(name)) return 'authentication';
  return /marketing|promo|offer|sale/.test(name) ? 'marketing' : 'utility';
}
