import * as z from 'zod';
import type { ApiAnswer } from '#infra/local/simulators/simulator';
import { invalidRequest, json, readBody } from '#infra/local/simulators/twitter/answers';
import { appOf, type Call } from '#infra/local/simulators/twitter/call';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { signedWebhook } from '#infra/local/simulators/twitter/events';
import { challenge } from './challenge.ts';
import type { LoggedEvent, Webhook } from './registered.ts';
import { webhookOf } from './registry.ts';

const Minute = z.string().regex(/^[0-9]{12}$/);

const Replay = z.strictObject({
  webhook_id: z.string().regex(/^[0-9]{1,19}$/),
  from_date: Minute,
  to_date: Minute,
});

/** Milliseconds until X begins with a job. */
const delayMilliseconds = 100;
const dayMilliseconds = 24 * 3_600_000;
const latestBeginMilliseconds = 31 * 60_000;
const latestEndMilliseconds = 10 * 60_000;

/** `POST /2/webhooks/replay`: sends the events of some minutes again, then tells that it is done. */
export async function replay(call: Call): Promise<ApiAnswer> {
  const read = readBody(Replay, call.request);
  if ('refusal' in read) return read.refusal;
  const { world, state } = call;
  const now = world.now();
  const webhook = webhookOf(call, read.value.webhook_id);
  if (!webhook) return invalidRequest('WebhookIdInvalid: no such webhook of this app');
  const [from, to] = [timeOf(read.value.from_date), timeOf(read.value.to_date)];
  const mistake = mistakeIn(from, to, now.getTime());
  if (mistake) return invalidRequest(`QueryParamInvalid: ${mistake}`);
  if (state.replays.has(webhook.id)) {
    return invalidRequest('ReplayConflictError: a replay job is already in progress');
  }
  const outcome = await challenge(webhook, world);
  if (outcome.kind !== 'valid') return invalidRequest(`CrcValidationFailed: ${outcome.reason}`);
  state.replays.add(webhook.id);
  const jobId = state.nextId(now);
  const events = state.log.filter(
    ({ webhookId, at }) => webhookId === webhook.id && at.getTime() >= from && at.getTime() < to,
  );
  world.later(delayMilliseconds, () => run(jobId, events, webhook, call));
  return json(200, { data: { job_id: jobId, created_at: now.toISOString() } });
}

async function run(
  jobId: string,
  events: readonly LoggedEvent[],
  webhook: Webhook,
  { world, state }: Call,
): Promise<void> {
  const statuses: number[] = [];
  for (const { account, body } of events) {
    const isOut = conditionsOf(world).webhook === 'outage';
    statuses.push(isOut ? 503 : await world.post(signedWebhook(webhook.url, account, body)));
  }
  state.replays.delete(webhook.id);
  const isComplete = statuses.every((status) => status < 300);
  const status = {
    webhook_id: webhook.id,
    job_state: isComplete ? 'Complete' : 'Incomplete',
    job_state_description: isComplete
      ? 'Job completed successfully'
      : 'Job failed to deliver all events, please retry your replay job',
    job_id: jobId,
  };
  const account = world.accounts.find((each) => appOf(each) === webhook.app);
  if (account) {
    await world.post(signedWebhook(webhook.url, account, { replay_job_status: status }));
  }
}

function mistakeIn(from: number, to: number, now: number): string | undefined {
  if (Number.isNaN(from) || Number.isNaN(to)) return 'from_date and to_date are yyyymmddhhmm';
  if (from < now - dayMilliseconds) return 'from_date is older than 24 hours from the current time';
  if (from >= to) return 'from_date is more recent than to_date';
  if (from > now - latestBeginMilliseconds) {
    return 'from_date must be no more recent than 31 minutes before now';
  }
  return to > now - latestEndMilliseconds
    ? 'to_date must be no more recent than 10 minutes before now'
    : undefined;
}

/** Reads `yyyymmddhhmm`, in UTC. */
function timeOf(minute: string): number {
  const [, year, month, day, hour, minutes] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(minute) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minutes}:00Z`);
}
