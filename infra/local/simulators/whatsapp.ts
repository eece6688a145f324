import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatedInbound,
  Simulator,
  SimulatorWorld,
} from './simulator.ts';
import { graphError, namedFault } from './whatsapp-errors.ts';
import { readRequest, type Send, textOfSend } from './whatsapp-request.ts';
import { messageWebhook, newMessageId, personOf, statusWebhook } from './whatsapp-webhooks.ts';

/** How long after a send its statuses come, in milliseconds. */
const statusDelays = { sent: 30, delivered: 80 } as const;

/** Meta's Cloud API as a business sees it: sends, read marks, signed messages and statuses. */
export const whatsapp: Simulator = {
  connector: 'whatsapp',
  answer,
  fault: namedFault,
  inbound,
};

function answer(request: ApiRequest, world: SimulatorWorld): ApiAnswer {
  const [, phoneNumberId] = /^\/v\d+\.\d+\/(\d+)\/messages$/.exec(request.path) ?? [];
  if (request.method !== 'POST' || phoneNumberId === undefined) {
    return graphError(100, { subcode: 33, details: `Unsupported ${request.method} request` });
  }
  const account = world.accounts.find(({ address }) => address === phoneNumberId);
  if (account === undefined) {
    return graphError(100, { subcode: 33, details: 'Object does not exist' });
  }
  if (request.headers['authorization'] !== `Bearer ${account.credentials['accessToken']}`) {
    return graphError(190);
  }
  const body = parsedJson(request.body);
  const read = readRequest(body);
  if (read === 'read') return json({ success: true });
  return 'send' in read ? accept(read.send, body, account, world) : read.refusal;
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
  const id = newMessageId(person.phone ?? person.userId);
  const to = person.phone ?? person.userId;
  world.record({
    at: world.now().toISOString(),
    to,
    text: textOfSend(send),
    messageId: id,
    request,
  });
  const callbackData = send.biz_opaque_callback_data;
  const sent = { id, person, ...(callbackData === undefined ? {} : { callbackData }) };
  for (const status of ['sent', 'delivered'] as const) {
    world.later(statusDelays[status], () =>
      world.deliver(statusWebhook(account, sent, status, world.now())),
    );
  }
  return json({
    messaging_product: 'whatsapp',
    contacts: [
      {
        input,
        ...(person.phone === undefined ? {} : { wa_id: person.phone }),
        user_id: person.userId,
      },
    ],
    messages: [{ id }],
  });
}

async function inbound(message: SimulatedInbound, world: SimulatorWorld) {
  const account =
    message.account === undefined
      ? world.accounts[0]
      : world.accounts.find((each) => each.account === message.account);
  if (account === undefined) throw new Error(`no WhatsApp account ${message.account ?? 'at all'}`);
  const providerMessageId = newMessageId(message.from);
  const webhook = messageWebhook(account, message, providerMessageId, world.now());
  return { providerMessageId, status: await world.deliver(webhook) };
}

function json(value: unknown): ApiAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body: JSON.stringify(value),
  };
}

function parsedJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
