import type { Account } from '#connectors/twilio/account';
import { ConnectorError } from '#shared/errors';
import type { MessageRequest } from './message-request.ts';

/**
 * The requests of a reply that Twilio is to send at a later time. Throws `invalid_reply` for what it would not send
 * then: without a Messaging Service it drops the time and sends at once ("35111"), several messages could not be told
 * to follow each other, and the address of a stored file is over after an hour.
 */
export function scheduled(
  requests: readonly MessageRequest[],
  sendAt: string | undefined,
  { messagingServiceSid }: Pick<Account, 'messagingServiceSid'>,
): readonly MessageRequest[] {
  if (sendAt === undefined) return requests;
  if (messagingServiceSid === undefined) {
    throw wrong('only a Messaging Service schedules, and this account names none');
  }
  if (requests.length > 1) {
    throw wrong(`the reply needs ${requests.length} messages; allowed: one`);
  }
  if (requests.some(({ file }) => file !== undefined)) {
    throw wrong('an s3: file can be read for an hour only; allowed: a file on the web');
  }
  const time = { scheduleType: 'fixed', sendAt: new Date(sendAt) } as const;
  return requests.map((request) => ({ ...request, ...time }));
}

function wrong(title: string): ConnectorError {
  return new ConnectorError('invalid_reply', `sendAt: ${title}`);
}
