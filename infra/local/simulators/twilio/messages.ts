import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatedSend,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { errorAnswer } from './errors.ts';
import { refusalOf } from './message-check.ts';
import { isOptedOut } from './opt-out.ts';
import { messageSid, sameChannel, signedWebhook, statusParameters } from './webhooks.ts';

/**
 * The callbacks and their delays in milliseconds: after the answer, as Twilio's are, and in this order most of the
 * time.
 */
const callbacks = [
  ['sent', 50],
  ['delivered', 150],
] as const;

/** Checks and takes a message, and lets its callbacks follow. */
export function createMessage(
  request: ApiRequest,
  account: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const refusal = refusalOf(form) ?? (isOptedOut(form, account, world) ? 21610 : undefined);
  if (refusal !== undefined) return errorAnswer(refusal);
  const to = form.get('To') ?? '';
  const send: SimulatedSend = {
    at: world.now().toISOString(),
    to,
    text: form.get('Body') ?? '',
    messageId: messageSid(),
    request: {
      AccountSid: account.credentials['accountSid'],
      From: sameChannel(account.address, to),
      ...Object.fromEntries(form),
    },
  };
  world.record(send);
  promiseCallbacks(send, form, account, world);
  return json(201, messageBody(send));
}

/**
 * Lists the messages sent, newest first, as a sender looks up a message whose answer it never got. `DateSent` finds
 * nothing here: a message has no such date while it waits in Twilio's queue, and here all do.
 */
export function listMessages(
  { path, query }: ApiRequest,
  { credentials }: SimulatedAccount,
  world: SimulatorWorld,
): ApiAnswer {
  const messages = world.sent
    .filter(() => ![...query.keys()].some((name) => name.startsWith('DateSent')))
    .map(messageBody)
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

function promiseCallbacks(
  send: SimulatedSend,
  form: URLSearchParams,
  account: SimulatedAccount,
  world: SimulatorWorld,
): void {
  const url = form.get('StatusCallback');
  if (!url) return;
  const message = {
    sid: send.messageId,
    to: send.to,
    from: form.get('From') ?? sameChannel(account.address, send.to),
    messagingServiceSid: form.get('MessagingServiceSid') ?? undefined,
  };
  const accountSid = account.credentials['accountSid'] ?? '';
  for (const [status, delayMilliseconds] of callbacks) {
    const parameters = statusParameters(accountSid, message, status);
    world.report(delayMilliseconds, () => world.deliver(signedWebhook(url, account, parameters)));
  }
}

function messageBody({ at, to, text, messageId, request }: SimulatedSend) {
  const form = request as Readonly<Record<string, string>>;
  const accountSid = form['AccountSid'] ?? '';
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${messageId}`;
  const date = new Date(at).toUTCString().replace('GMT', '+0000');
  return {
    sid: messageId,
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: text,
    date_created: date,
    date_sent: null,
    date_updated: date,
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: form['From'] ?? null,
    messaging_service_sid: form['MessagingServiceSid'] ?? null,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    status: form['MessagingServiceSid'] ? 'accepted' : 'queued',
    subresource_uris: { media: `${uri}/Media.json` },
    to,
    uri: `${uri}.json`,
  };
}

function json(status: number, value: unknown): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
