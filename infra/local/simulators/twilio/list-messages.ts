import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { errorAnswer } from './errors.ts';
import { json, messageBody } from './message-body.ts';

/**
 * Lists the messages sent, newest first, as a sender looks up a message whose answer it never got. `DateSent` finds
 * nothing here: a message has no such date while it waits in Twilio's queue, and here all do.
 */
function listMessages(
  { path, query }: ApiRequest,
  { credentials }: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const messages = world.sent
    .filter(() => ![...query.keys()].some((name) => name.startsWith('DateSent')))
    .map((send) => messageBody(send, world.now()))
    .filter((message) => message.account_sid === credentials['accountSid'])
    .filter((message) => !query.get('To') || message.to === query.get('To'))
    .filter((message) => !query.get('From') || message.from === query.get('From'))
    .toReversed();
  const pageSize = Math.min(Number(query.get('PageSize') ?? 50), 1000);
  const page = Number(query.get('Page') ?? 0);
  const next = new URLSearchParams({ ...Object.fromEntries(query), Page: String(page + 1) });
  return json(200, {
    messages: messages.slice(page * pageSize, (page + 1) * pageSize),
    page,
    page_size: pageSize,
    next_page_uri: messages.length > (page + 1) * pageSize ? `${path}?${next}` : null,
  });
}

/** Answers a GET: one message by its id, or the list. */
export function showMessages(
  request: ApiRequest,
  account: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const sid = /\/Messages\/(\w+)\.json$/.exec(request.path)?.[1];
  return sid === undefined
    ? listMessages(request, account, world)
    : fetchMessage(sid, account, world);
}

/** Shows one message sent, as a sender looks up a status that it was not told. */
function fetchMessage(
  sid: string,
  { credentials }: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const found = world.sent
    .map((send) => messageBody(send, world.now()))
    .find((each) => each.sid === sid && each.account_sid === credentials['accountSid']);
  if (!found) return errorAnswer(20404);
  const isKept = found.status === 'scheduled';
  return json(200, { ...found, status: isKept ? found.status : 'delivered' });
}
