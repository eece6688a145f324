import * as z from 'zod';
import { ConnectorError } from '#shared/errors';

/** A text that is left out where it is none: nothing of a message depends on it. */
const hint = z.string().min(1).optional().catch(undefined);
const milliseconds = z.number().optional().catch(undefined);

const Message = z.looseObject({
  originationNumber: z.string().min(1),
  destinationNumber: z.string().min(1),
  inboundMessageId: z.string().min(1),
  previousPublishedMessageId: hint,
  messageKeyword: hint,
});

const Event = z.looseObject({
  eventType: z.string().min(1),
  messageId: z.string().min(1),
  eventTimestamp: milliseconds,
  messageRequestTimestamp: milliseconds,
  originationPhoneNumber: hint,
  messageStatusDescription: hint,
});
export type Event = z.infer<typeof Event>;

const Payload = z.union([
  z.object({ message: Message, publishedAt: hint }),
  z.object({ event: Event }),
]);
export type Payload = z.infer<typeof Payload>;
export type InboundMessage = Extract<Payload, { message: unknown }>;

/** Reads a queued item. Throws `unreadable_payload`. */
export function readPayload(payload: unknown): Payload {
  const read = Payload.safeParse(payload);
  if (read.success) return read.data;
  const cause = read.error;
  throw new ConnectorError('unreadable_payload', 'not a notification of AWS', { cause });
}
