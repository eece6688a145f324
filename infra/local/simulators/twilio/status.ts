import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  SimulatedSend,
  SimulatorWorld,
  StatusReport,
} from '#infra/local/simulators/simulator';
import { sameChannel, signedWebhook, statusParameters } from './webhooks.ts';

/** Message resource, "status". */
export const statuses = [
  ...['accepted', 'scheduled', 'queued', 'sending', 'sent', 'delivered', 'read'],
  ...['undelivered', 'failed', 'canceled', 'partially_delivered'],
];

/** "Unknown error": Twilio's code where the carrier has given none. */
const unknownError = 30008;
const failures: readonly string[] = ['undelivered', 'failed'];

/**
 * Sends a status callback on request, to the address that the message asked for; a failure comes with an error code.
 */
export async function reportStatus(
  { messageId, to, request }: SimulatedSend,
  { status, code = unknownError }: StatusReport,
  world: SimulatorWorld,
): Promise<number> {
  const form = request as Readonly<Record<string, string>>;
  const url = form['StatusCallback'];
  const account = world.accounts.find(
    ({ credentials }) => credentials['accountSid'] === form['AccountSid'],
  );
  if (!url || !account) throw new BadCall(`message ${messageId} was sent without StatusCallback`);
  const message = {
    sid: messageId,
    to,
    from: form['From'] ?? sameChannel(account.address, to),
    messagingServiceSid: form['MessagingServiceSid'],
  };
  const parameters = {
    ...statusParameters(form['AccountSid'] ?? '', message, status),
    ...(failures.includes(status) ? { ErrorCode: String(code) } : {}),
  };
  return world.deliver(signedWebhook(url, account, parameters));
}
