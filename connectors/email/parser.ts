import type { Parse } from '#shared/connector/parser';
import { ConnectorError } from '#shared/errors';
import { Account } from './account.ts';
import { heldBack } from './inbound/hold.ts';
import { parseMail } from './inbound/parse-mail.ts';
import { parseUnsubscribe } from './inbound/parse-unsubscribe.ts';
import { Payload } from './inbound/payload.ts';
import { readAs, readEvent } from './inbound/read-event.ts';

/**
 * Reads a mail (with its bytes as `raw`) or an event about a mail we sent. Throws `unreadable_payload` for anything
 * else, and for a mail whose bytes are missing; never for what a sender can put into a mail.
 */
export const parse: Parse = async ({ payload, account, raw, released }) => {
  const item = readAs(Payload, payload, 'the payload');
  const settings = readAs(Account, account, 'the account');
  if (item.kind === 'event') return readEvent(item.event, settings);
  if (item.kind === 'unsubscribe') return [parseUnsubscribe(item, settings)];
  if (!raw) throw new ConnectorError('unreadable_payload', 'a mail without its bytes');
  const held = released ? undefined : heldBack(item.notification.receipt, settings);
  return held ? [held] : parseMail(item, settings, raw, released);
};
