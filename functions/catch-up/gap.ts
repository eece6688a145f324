import type { Gap, ListState } from '#shared/aws/store/catch-up/catch-up-state';
import type { CatchUpList, ListedEntry } from '#shared/connector/catch-up';
import type { AccountRun } from './account-run.ts';
import { isReplayAwaited, isReplayOpen } from './replay.ts';

/** A gap reaches back this far where nothing tells when the webhook last worked. */
const longestUnknownSeconds = 86_400;
/** The clocks of the provider and ours may differ, and a check is not the moment of the fault. */
const marginSeconds = 300;

const before = (iso: string, seconds: number) =>
  new Date(Date.parse(iso) - seconds * 1000).toISOString();
const earlier = (one: string, other: string) => (one < other ? one : other);
const later = (one: string, other: string) => (one > other ? one : other);

/**
 * Opens a gap, or widens the open one, for messages that a webhook should have brought. It begins at the last message
 * before them that a webhook did bring: direct messages may be missing since then.
 */
export async function noteMissed(
  run: AccountRun,
  list: string,
  {
    missed,
    sound,
  }: { readonly missed: readonly ListedEntry[]; readonly sound: readonly ListedEntry[] },
): Promise<void> {
  const [oldest] = missed;
  if (oldest === undefined) return;
  const known = [run.list(list).soundAt, ...sound.map(({ occurredAt }) => occurredAt)]
    .filter((time) => time !== undefined && time < oldest.occurredAt)
    .toSorted()
    .at(-1);
  const since = known ?? before(oldest.occurredAt, longestUnknownSeconds);
  await openGap(run, later(since, beginning(run)));
}

/** Opens a gap for a webhook that the provider calls invalid, from the time when it last called it valid. */
export async function noteInvalid(run: AccountRun): Promise<void> {
  const { startedAt, validAt } = run.state;
  const since = validAt === undefined ? startedAt : before(validAt, marginSeconds);
  await openGap(run, later(since, beginning(run)));
}

async function openGap(run: AccountRun, since: string): Promise<void> {
  const now = run.nowIso();
  const { gap } = run.state;
  const open: Gap = gap
    ? { ...gap, since: earlier(gap.since, since), until: now }
    : { since, seenAt: now, until: now, told: [] };
  await run.save({ gap: open });
}

/** The earliest time that is read: the first run, less the hours that the account's settings name. */
function beginning({ state, settings }: AccountRun): string {
  return before(state.startedAt, settings.hoursBack * 3600);
}

/** True when the account's settings want a reading although no gap is known. */
function isRoutineDue(run: AccountRun, readAt: string | undefined): boolean {
  const { gapListsEveryHours: hours } = run.settings;
  if (hours === 0) return false;
  return readAt === undefined || before(run.nowIso(), hours * 3600) >= readAt;
}

/**
 * The time back to which a list is read. Without a gap a list of gaps is read from where the readings before it began,
 * and the first time over one interval: all that came since the last one lies behind its newest entry.
 */
export function sinceOf(run: AccountRun, { name, when }: CatchUpList): string {
  if (when === 'always') return beginning(run);
  const { gap } = run.state;
  if (gap !== undefined) return gap.since;
  const interval = before(run.nowIso(), run.settings.gapListsEveryHours * 3600);
  return run.list(name).readSince ?? later(interval, beginning(run));
}

/**
 * True when a list that is read in gaps, or at an interval, is to be read now: when the gap is new, when the webhook was enabled again
 * (what came in between is old enough now), and else once in its own interval.
 */
export function isDue(run: AccountRun, { name, minSecondsApart }: CatchUpList): boolean {
  const { gap } = run.state;
  const { readAt, walk } = run.list(name);
  if (gap === undefined) return walk !== undefined || isRoutineDue(run, readAt);
  if (isReplayAwaited(run)) return false;
  const { replayAskedAt } = gap;
  if (replayAskedAt && readAt && readAt < replayAskedAt) return true;
  if (walk !== undefined || readAt === undefined || readAt < gap.seenAt) return true;
  const horizon = before(run.nowIso(), run.dependencies.afterSeconds);
  const { restoredAt } = gap;
  if (restoredAt && !isReadPast(run, { readAt }, restoredAt) && horizon >= restoredAt) return true;
  return before(run.nowIso(), minSecondsApart) >= readAt;
}

/**
 * Closes the gap when the webhook works and every list has been read past the end of the gap, and after a replay: that
 * the provider took the job does not mean that it delivered everything.
 */
export async function closeGap(run: AccountRun): Promise<void> {
  const { gap, webhook } = run.state;
  if (gap === undefined || webhook === 'invalid' || webhook === 'missing') return;
  const lists = run.catchUp.lists.filter(({ when }) => when === 'after_gap');
  const end = later(gap.until, gap.replayAskedAt ?? gap.until);
  const isRead = ({ name }: CatchUpList) => isReadPast(run, run.list(name), end);
  if (isReplayOpen(run) || !lists.every(isRead)) return;
  await run.save({ gap: undefined });
}

/** True when a reading has come to its end that could see every message up to a time. */
function isReadPast(run: AccountRun, { readAt, walk }: ListState, time: string): boolean {
  if (readAt === undefined || walk !== undefined) return false;
  return before(readAt, run.dependencies.afterSeconds) >= time;
}
