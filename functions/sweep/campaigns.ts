import { isoOf, putOnQueue, type ReleaseDependencies } from '#shared/aws/publish/release';
import { placeOf } from '#shared/aws/store/due/check-due';
import type { DueItem } from '#shared/aws/store/due/due';
import {
  type Bucket,
  bucketAttributes,
  bucketOf,
  isStopped,
  namedAccount,
  readSending,
  sendingStop,
} from '#shared/aws/store/sending/pause';
import { fullAtOf, rateOf, saveCampaignsUntil } from '#shared/aws/store/sending/slots';
import { giveUpAfterSeconds } from '#shared/aws/store/sending/wait';
import type { Pacing } from '#shared/connector/declaration';
import { firstOfConversation } from './waiting.ts';

/** The pace for an account whose provider sets none. */
const unpaced: Pacing = { perSecond: 20, burst: 20 };

/** Times are given out a little beyond the next run of the sweep. */
const aheadSeconds = 75;

/** The times that agents' replies leave free, given out one by one. */
interface Plan {
  readonly bucket: Bucket;
  nextMs: number;
  readonly endMs: number;
  readonly intervalMs: number;
  isUsed: boolean;
}

export interface Campaigns {
  /** Releases one message; false where it stays. */
  readonly release: (item: DueItem) => Promise<boolean>;
  /** Keeps the end of the times given out, for the next run. */
  readonly close: () => Promise<void>;
}

/**
 * Releases messages of campaigns, the oldest first, as many as agents' replies leave free. Each gets a time of its own,
 * at which it goes if an agent's reply has not taken the slot: it reserves nothing before that.
 */
export function campaigns(dependencies: ReleaseDependencies): Campaigns {
  const plans = new Map<string, Promise<Plan>>();
  const planOf = (account: string): Promise<Plan> => {
    const plan = plans.get(account) ?? openPlan(dependencies, account);
    plans.set(account, plan);
    return plan;
  };
  return {
    release: async (item) => releaseOne(dependencies, await planOf(item.dueFor ?? ''), item),
    close: async () => {
      for (const [account, opening] of plans) {
        const { bucket, isUsed, nextMs } = await opening;
        if (!isUsed) continue;
        await saveCampaignsUntil(dependencies.target.table, namedAccount(account), bucket, nextMs);
      }
    },
  };
}

async function openPlan({ target, pacingOf }: ReleaseDependencies, name: string): Promise<Plan> {
  const account = namedAccount(name);
  const now = target.now();
  const item = await readSending(target.table, account);
  const pacing = pacingOf(account);
  const bucket = bucketOf(pacing);
  const { intervalMs } = rateOf(pacing ?? unpaced);
  const givenUntilMs = item?.[bucketAttributes[bucket].campaignsUntil] ?? 0;
  const startMs = Math.max(now.getTime(), fullAtOf(item, bucket), givenUntilMs);
  const isOver = isStopped(sendingStop(item, bucket, now));
  return {
    bucket,
    nextMs: startMs,
    endMs: isOver ? 0 : now.getTime() + aheadSeconds * 1000,
    intervalMs,
    isUsed: false,
  };
}

async function releaseOne(
  dependencies: ReleaseDependencies,
  plan: Plan,
  item: DueItem,
): Promise<boolean> {
  const { target } = dependencies;
  const waitedSeconds = (target.now().getTime() - Date.parse(item.dueAt)) / 1000;
  const isLate = waitedSeconds >= giveUpAfterSeconds;
  if (plan.nextMs > plan.endMs && !isLate) return false;
  const place = placeOf(item);
  const state = await firstOfConversation(dependencies, place, waitedSeconds);
  if (!state) return false;
  if (isLate && state.delivery?.part === 0) {
    // The sender says that it was not sent in time.
    await putOnQueue(target, place, state);
    return true;
  }
  if (plan.nextMs > plan.endMs) return false;
  const atMs = plan.nextMs;
  Object.assign(plan, { nextMs: atMs + plan.intervalMs, isUsed: true });
  await putOnQueue(target, place, state, isoOf(atMs));
  return true;
}
