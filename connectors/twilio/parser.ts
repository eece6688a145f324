import type { Parse } from '#shared/connector/parser';
import { foreignChannel } from './inbound/foreign-channel.ts';
import { parseMessage } from './inbound/parse-message.ts';
import { parseStatus } from './inbound/parse-status.ts';
import { readCallback } from './inbound/payload.ts';
import { statusOf } from './items.ts';

/** Reads one Twilio callback: a customer's message or reaction, or a status of a message we sent. */
export const parse: Parse = ({ payload }) => {
  const callback = readCallback(payload);
  const status = statusOf(callback.fields);
  if (status !== undefined) return [parseStatus(callback, status)];
  return [foreignChannel(callback.fields) ?? parseMessage(callback.fields)];
};
