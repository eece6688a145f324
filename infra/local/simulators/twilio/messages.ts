import type {
  ApiAnswer,
  ApiRequest,
  SimulatedAccount,
  SimulatedSend,
  SimulatorWorld,
} from '#infra/local/simulators/simulator';
import { contentText, namedContentRefusal } from './content.ts';
import { errorAnswer } from './errors.ts';
import { mediaFault } from './media.ts';
import { json, messageBody } from './message-body.ts';
import { refusalOf } from './message-check.ts';
import { isOptedOut } from './opt-out.ts';
import { keptUntil, scheduleRefusal, whenItIs } from './schedule.ts';
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
  const refusal =
    refusalOf(form) ??
    scheduleRefusal(form, world.now()) ??
    namedContentRefusal(form, world) ??
    (isOptedOut(form, account, world) ? 21610 : undefined);
  if (refusal !== undefined) return errorAnswer(refusal);
  const to = form.get('To') ?? '';
  const send: SimulatedSend = {
    at: world.now().toISOString(),
    to,
    text: contentText(form, world) ?? form.get('Body') ?? '',
    messageId: form.has('MediaUrl') ? messageSid().replace(/^SM/, 'MM') : messageSid(),
    request: {
      AccountSid: account.credentials['accountSid'],
      From: sameChannel(account.address, to),
      ...Object.fromEntries(form),
    },
  };
  world.record(send);
  const until = keptUntil(Object.fromEntries(form));
  whenItIs(until, world, () => promiseCallbacks(send, form, account, world));
  return json(201, messageBody(send, world.now()));
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
  const tell = (status: string, code?: number) => {
    const failure = code === undefined ? {} : { ErrorCode: String(code) };
    const parameters = { ...statusParameters(accountSid, message, status), ...failure };
    return world.deliver(signedWebhook(url, account, parameters));
  };
  // An opt-out from a scheduled message is looked for when its time has come.
  const fault = isOptedOut(form, account, world) ? Promise.resolve(21610) : mediaFault(form);
  for (const [status, delayMilliseconds] of callbacks) {
    world.report(delayMilliseconds, async () => {
      const code = await fault;
      if (code === undefined) return tell(status);
      return status === 'delivered' ? tell('failed', code) : undefined;
    });
  }
}
