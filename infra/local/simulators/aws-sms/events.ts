import { BadCall } from '#infra/local/simulators/calls/bad-call';
import type {
  SimulatedAccount,
  SimulatedSend,
  SimulatorWorld,
  StatusReport,
} from '#infra/local/simulators/simulator';
import { publishRequest } from '#infra/local/simulators/sns-publish';
import type { Input } from './inputs.ts';

/** Events by the word that `POST /_status` takes for each; a failure is told by its code. */
const events: ReadonlyMap<string, string> = new Map([
  ['queued', 'QUEUED'],
  ['sent', 'SUCCESSFUL'],
  ['delivered', 'DELIVERED'],
]);
export const statuses: readonly string[] = [...events.keys(), 'failed'];

/** The descriptions that AWS has for failures, by event. */
const descriptions: ReadonlyMap<string, string> = new Map([
  ['BLOCKED', 'Phone has blocked SMS'],
  ['CARRIER_BLOCKED', 'Phone carrier has blocked this message'],
  ['CARRIER_UNREACHABLE', 'Phone carrier is currently unreachable/unavailable'],
  ['FILE_INACCESSIBLE', 'The media file could not be accessed'],
  ['FILE_SIZE_EXCEEDED', 'The media file is too large'],
  ['FILE_TYPE_UNSUPPORTED', 'The media file has an unsupported type'],
  ['INVALID', 'Invalid phone number'],
  ['INVALID_MESSAGE', 'Message body is invalid'],
  ['PROTECT_BLOCKED', 'Message blocked by protect configuration'],
  ['SPAM', 'Blocked as spam by phone carrier'],
  ['TTL_EXPIRED', 'Message expired before it was handed off'],
  ['UNKNOWN', 'Unknown error attempting to reach phone'],
  ['UNREACHABLE', 'Phone is currently unreachable/unavailable'],
]);
export const failures: readonly string[] = [...descriptions.keys()];

/** The usual way of a message, and the milliseconds after the answer. */
const usual = [
  ['sent', 50],
  ['delivered', 150],
] as const;

/** Schedules the events of a message. They come where its configuration set has a destination, and nowhere else. */
export function oweEvents(send: SimulatedSend, world: SimulatorWorld): void {
  if (!inputOf(send).ConfigurationSetName) return;
  for (const [status, delayMilliseconds] of usual) {
    world.report(delayMilliseconds, () => reportStatus(send, { status, more: {} }, world));
  }
}

/** Publishes one event of a message. Throws `BadCall` for one that was sent without a configuration set. */
export async function reportStatus(
  send: SimulatedSend,
  { status, code = 'UNKNOWN' }: StatusReport,
  world: SimulatorWorld,
): Promise<number> {
  const input = inputOf(send);
  const account = accountOf(input.OriginationIdentity, world);
  if (!account || !input.ConfigurationSetName) {
    throw new BadCall(`message ${send.messageId} was sent without ConfigurationSetName`);
  }
  const name = events.get(status) ?? String(code);
  const event = eventOf(send, name, account, world.now());
  const topicArn = String(account.settings['topicArn']);
  return world.deliver(publishRequest(account.webhookUrl, topicArn, JSON.stringify(event)));
}

/** The account that a message is sent from: by its number, or by what its settings call the sender. */
export function accountOf(
  identity: string,
  { accounts }: SimulatorWorld,
): SimulatedAccount | undefined {
  return accounts.find(
    ({ address, settings }) => address === identity || settings['originationIdentity'] === identity,
  );
}

function inputOf({ request }: SimulatedSend): Input {
  return request as Input;
}

/** The members of an event ("SMS example log", "MMS example log"). */
function eventOf(
  send: SimulatedSend,
  name: string,
  { address }: SimulatedAccount,
  at: Date,
): object {
  const { operation, Context } = send.request as Input & { operation: string };
  return {
    eventType: `${operation === 'SendMediaMessage' ? 'MEDIA' : 'TEXT'}_${name}`,
    eventVersion: '1.0',
    eventTimestamp: at.getTime(),
    isFinal: name !== 'QUEUED',
    originationPhoneNumber: address,
    destinationPhoneNumber: send.to,
    isoCountryCode: 'US',
    messageId: send.messageId,
    messageRequestTimestamp: Date.parse(send.at),
    messageEncoding: 'GSM',
    messageType: 'TRANSACTIONAL',
    messageStatus: name,
    messageStatusDescription:
      descriptions.get(name) ?? 'Message has been accepted by phone carrier',
    ...(Context ? { context: Context } : {}),
    totalMessageParts: 1,
    totalMessagePrice: 0.00581,
    totalCarrierFee: 0.003,
  };
}
