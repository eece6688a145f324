import type { Parse } from '#shared/connector/parser';
import { parseEvent } from './inbound/parse-event.ts';
import { parseMessage } from './inbound/parse-message.ts';
import { readPayload } from './inbound/payload.ts';

/** Reads one notification: a customer's message, or an event of a message we sent. */
export const parse: Parse = ({ payload }) => {
  const read = readPayload(payload);
  return ['message' in read ? parseMessage(read) : parseEvent(read.event)];
};
