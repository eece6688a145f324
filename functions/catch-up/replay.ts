import type { CallRefusal } from '#shared/connector/catch-up';
import { logger } from '#shared/logger';
import type { AccountRun } from './account-run.ts';

/** The lists wait this long for a replay: for the time at which it may be asked for, and then for its webhooks. */
const replayWaitSeconds = 1800;

const before = (ms: number, seconds: number) => new Date(ms - seconds * 1000).toISOString();

/**
 * Asks the provider to repeat its webhooks of a gap, where the account's settings want that. It brings what no list
 * has; the lists are read after it in any case, because a job may end without having delivered everything. Only where
 * the webhook was valid all the time: a provider repeats what it tried to deliver, and to a disabled webhook it tries
 * nothing.
 */
export async function askForReplay(run: AccountRun): Promise<void> {
  const { gap, webhookId } = run.state;
  if (gap === undefined || webhookId === undefined || !isReplayAhead(run)) return;
  const job = replayable(run, gap.since);
  // The whole gap must be old enough, or its end would be missing in the job.
  if (job.to < gap.until) return;
  const { connector, account } = run.setting;
  const answer = await run.catchUp.replay({ webhookId, ...job }, run.context);
  logger.info('replay asked for', { connector, account, answer: answer.kind });
  const now = run.nowIso();
  if (answer.kind === 'accepted') await run.save({ gap: { ...gap, replayAskedAt: now } });
  if (isFinal(answer.kind)) await run.save({ gap: { ...gap, replayRefusedAt: now } });
}

/** The part of the time since then that the provider takes a job for. */
function replayable({ catchUp, dependencies }: AccountRun, since: string) {
  const { oldestSeconds, latestBeginSeconds, newestSeconds } = catchUp.replayReach;
  const nowMs = dependencies.now().getTime();
  const from = [since, before(nowMs, latestBeginSeconds)].toSorted()[0] ?? since;
  const oldest = before(nowMs, oldestSeconds);
  return { from: from > oldest ? from : oldest, to: before(nowMs, newestSeconds) };
}

function isFinal(kind: CallRefusal['kind'] | 'accepted'): boolean {
  return kind === 'rejected' || kind === 'refused';
}

/** True while a replay of the open gap is wanted and may still be asked for. */
function isReplayAhead({ state, settings }: AccountRun): boolean {
  const { gap, webhook, webhookId } = state;
  if (!settings.replay || gap === undefined || webhook !== 'valid' || !webhookId) return false;
  const { replayAskedAt, replayRefusedAt, restoredAt } = gap;
  return [replayAskedAt, replayRefusedAt, restoredAt].every((time) => time === undefined);
}

/** True while the gap stays open for a replay: it is awaited, or to be asked for when the whole gap is old enough. */
export function isReplayOpen(run: AccountRun): boolean {
  const { gap } = run.state;
  const earliest = before(run.dependencies.now().getTime(), replayWaitSeconds);
  const isAhead = gap !== undefined && isReplayAhead(run) && gap.until > earliest;
  return isAhead || isReplayAwaited(run);
}

/** True while a replay may still bring what is missing: it is to come first, because its webhooks tell more than a list. */
export function isReplayAwaited(run: AccountRun): boolean {
  const { gap } = run.state;
  const begun = gap?.replayAskedAt ?? (isReplayAhead(run) ? gap?.seenAt : undefined);
  return begun !== undefined && begun > before(run.dependencies.now().getTime(), replayWaitSeconds);
}
