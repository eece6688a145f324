import type { SimulatorWorld } from '#infra/local/simulators/simulator';

type Fields = Readonly<Record<string, string>>;

/** Error 35114. */
const range = { minSeconds: 300, maxSeconds: 35 * 86_400 };
const utc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** The clock may be set in between (`POST /_clock`). */
const lookMilliseconds = 200;

/** The time until which Twilio keeps a message. Without a Messaging Service it drops the time, and sends at once. */
export function keptUntil({ SendAt, ScheduleType, MessagingServiceSid }: Fields): Date | undefined {
  if (SendAt === undefined || !ScheduleType || !MessagingServiceSid) return undefined;
  return new Date(SendAt);
}

/** The error code with which Twilio would refuse the time of this form, or nothing. */
export function scheduleRefusal(form: URLSearchParams, now: Date): number | undefined {
  const fields: Fields = Object.fromEntries(form);
  const { SendAt: sendAt, ScheduleType: type } = fields;
  if (type !== undefined && type !== 'fixed') return 35126;
  if (type !== undefined && sendAt === undefined) return 35111;
  const until = keptUntil(fields);
  if (sendAt === undefined || !until) return undefined;
  const seconds = (until.getTime() - now.getTime()) / 1000;
  const isInRange = seconds >= range.minSeconds && seconds <= range.maxSeconds;
  return utc.test(sendAt) && isInRange ? undefined : 35114;
}

/** Does the work when the provider's clock has come to a time; at once where there is none. */
export function whenItIs(
  time: Date | undefined,
  world: Pick<SimulatorWorld, 'now' | 'later'>,
  work: () => void,
): void {
  if (!time || world.now() >= time) work();
  else world.later(lookMilliseconds, async () => whenItIs(time, world, work));
}
