import type { ApiAnswer, SimulatedAccount, SimulatorWorld } from './simulator.ts';
import { graphJson } from './whatsapp-errors.ts';
import { limitRefusal } from './whatsapp-limits.ts';
import { newMessageId, personOf } from './whatsapp-people.ts';
import { readRequest } from './whatsapp-request.ts';
import { type Send, textOfSend } from './whatsapp-send.ts';
import { stateOf } from './whatsapp-state.ts';
import { oweStatuses } from './whatsapp-statuses.ts';

/** `POST /{phone-number-id}/messages`: a message, or a sign that one was read. */
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
  const person = personOf(send.to ?? send.recipient ?? '');
  return limitRefusal(send, account, person, world) ?? accept(send, body, account, world);
}

/** Accepts a message, and owes its statuses. */
function accept(
  send: Send,
  request: unknown,
  account: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const input = send.to ?? send.recipient ?? '';
  const person = personOf(input);
  const id = newMessageId(person);
  const to = person.phone ?? person.userId;
  const text = textOfSend(send);
  world.record({ at: world.now().toISOString(), to, text, messageId: id, request });
  const callbackData = send.biz_opaque_callback_data;
  const message = { id, account, person, category: categoryOf(send), callbackData };
  stateOf(world).sent.set(id, message);
  oweStatuses(message, world);
  return graphJson({
    messaging_product: 'whatsapp',
    contacts: [
      {
        input,
        ...(person.phone === undefined ? {} : { wa_id: person.phone }),
        user_id: person.userId,
      },
    ],
    messages: [{ id, ...(send.type === 'template' ? { message_status: 'accepted' } : {}) }],
  });
}

/** What Meta bills. The category of a template is known to nobody here, so its name decides. */
function categoryOf(send: Send): string {
  if (send.type !== 'template') return 'service';
  const { name } = send.template;
  if (/otp|auth|code/.test(name)) return 'authentication';
  return /marketing|promo|offer|sale/.test(name) ? 'marketing' : 'utility';
}
