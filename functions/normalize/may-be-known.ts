import type { ChannelMessage } from '#shared/connector/channel-event';
import type { IngressMessage } from '#shared/model/ingress';

/** SQS itself drops what is sent again within five minutes; a minute is for clocks that differ. */
const windowMilliseconds = 240_000;

/**
 * Whether a message may well be stored already, so that its reference is read before anything is written. A second
 * delivery of a message that its provider dates as of just now is dropped by the ingress queue. Everything else may be
 * one: what is older, what has no date, what is replayed, and what the business wrote (an echo of our own reply).
 * A wrong guess costs a read too many, or a transaction that is refused.
 */
export function mayBeKnown(
  { receivedAt, replay }: IngressMessage,
  { direction, occurredAt }: ChannelMessage,
): boolean {
  if (replay || direction === 'outbound' || occurredAt === undefined) return true;
  return Date.parse(receivedAt) - Date.parse(occurredAt) > windowMilliseconds;
}
