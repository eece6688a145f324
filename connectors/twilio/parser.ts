import type { Parse } from '#shared/connector/parser';
import { parseMessage } from './inbound/parse-message.ts';
import { parseStatus } from './inbound/parse-status.ts';
import { readCallback } from './inbound/payload.ts';
import { statusOf } from './items.ts';

/** Reads one Twilio callback: a customer's message, or a status of a message we sent. */
export const parse: Parse = ({ payload }) => {
  const callback = readCallback(payload);
  const status = statusOf(callback.fields);
  return [status === undefined ? parseMessage(callback.fields) : parseStatus(callback, status)];
};
