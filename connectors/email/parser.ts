import * as core from 'zod/v4/core';
import type { Parse } from '#shared/connector/parser';
import { ConnectorError } from '#shared/errors';
import { Account } from './account.ts';
import { parseEvent } from './inbound/parse-event.ts';
import { parseMail } from './inbound/parse-mail.ts';
import { Payload } from './inbound/payload.ts';

/**
 * Reads a mail (with its bytes as `raw`) or an event about a mail we sent. Throws `unreadable_payload` for anything
 * else, and for a mail whose bytes are missing; never for what a sender can put into a mail.
 */
export const parse: Parse = async ({ payload, account, raw }) => {
  const item = read(Payload, payload, 'the payload');
  const settings = read(Account, account, 'the account');
  if (item.kind === 'event') return readEvent(item.event, settings);
  if (!raw) throw new ConnectorError('unreadable_payload', 'a mail without its bytes');
  return parseMail(item, settings, raw);
};

function readEvent(...event: Parameters<typeof parseEvent>): ReturnType<typeof parseEvent> {
  try {
    return parseEvent(...event);
  } catch (cause) {
    if (!(cause instanceof core.$ZodError)) throw cause;
    throw new ConnectorError('unreadable_payload', `SES event: ${core.prettifyError(cause)}`);
  }
}

function read<Schema extends core.$ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): core.output<Schema> {
  const parsed = core.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  throw new ConnectorError('unreadable_payload', `${what}: ${core.prettifyError(parsed.error)}`);
}
