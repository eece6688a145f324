import type { ChannelCapabilities, Schedule } from '#shared/connector/declaration';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';

/** The time of a reply. `isTaken`: the reply was accepted before, and is about to be handed over to its provider. */
export interface ScheduledReply extends Pick<ReplyCommand, 'sendAt'> {
  readonly isTaken?: true;
}

const secondsOfDay = 86_400;

/**
 * Refuses a time at which the provider would not send. A reply that is handed over too late fails: sent at once, it
 * would arrive at another time than its author meant.
 */
export function scheduleProblem(
  { sendAt, isTaken }: ScheduledReply,
  { schedule }: Pick<ChannelCapabilities, 'schedule'>,
  now: Date,
): DeliveryError | undefined {
  if (sendAt === undefined || !schedule) return undefined;
  const seconds = Math.floor((Date.parse(sendAt) - now.getTime()) / 1000);
  if (isTaken) return seconds < schedule.minSeconds ? tooLate(sendAt, schedule) : undefined;
  const { minSecondsWhenTaken: least, maxSeconds: most } = schedule;
  if (seconds >= least && seconds <= most) return undefined;
  const distance = seconds < 0 ? `${-seconds} seconds ago` : `${seconds} seconds from now`;
  const allowed = `${least} seconds to ${most / secondsOfDay} days from now`;
  const title = `sendAt: ${sendAt} is ${distance}; allowed: ${allowed}`;
  return { code: 'invalid_reply', title, retryable: false };
}

function tooLate(sendAt: string, { minSeconds }: Schedule): DeliveryError {
  const title = `sendAt: ${sendAt} is less than ${minSeconds} seconds away, too late to hand it over`;
  return { code: 'not_sent_in_time', title, retryable: true };
}
