import { randomUUID } from 'node:crypto';
import type { AccountSetting } from '#shared/accounts';
import type { AccountSecrets } from '#shared/aws/secrets/account-secrets';
import { leaseCatchUp, releaseCatchUp } from '#shared/aws/store/catch-up/catch-up-state';
import type { CatchUp, CatchUpList } from '#shared/connector/catch-up';
import { ConnectorError } from '#shared/errors';
import { logger } from '#shared/logger';
import type { PriceTable } from '#shared/model/price';
import { AccountRun, type RunDependencies } from './account-run.ts';
import { closeGap, isDue, sinceOf } from './gap.ts';
import { readList } from './read-list.ts';
import { askForReplay } from './replay.ts';
import { checkHealth, restoreWebhook } from './webhook-health.ts';

export interface CatchUpDependencies extends RunDependencies {
  readonly accounts: readonly AccountSetting[];
  readonly catchUps: Readonly<Record<string, CatchUp>>;
  readonly pricesOf: (account: AccountSetting) => PriceTable | undefined;
  readonly secrets: AccountSecrets;
  readonly callTimeoutSeconds: number;
  /** The time for which no other run may work on an account; longer than an invocation. */
  readonly leaseSeconds: number;
}

/** The number of messages of one run that no webhook had brought, and of accounts that failed. */
export interface CaughtUp {
  readonly missed: number;
  readonly failed: number;
}

/** Catches every account up that can be, one after the other. A fault of one is logged and does not stop the others. */
export function catcherUp(dependencies: CatchUpDependencies) {
  return async (): Promise<CaughtUp> => {
    const { accounts, catchUps } = dependencies;
    const caughtUp = { missed: 0, failed: 0 };
    for (const setting of accounts.filter(({ connector }) => Object.hasOwn(catchUps, connector))) {
      const missed = await catchAccountUp(dependencies, setting).catch((fault: unknown) =>
        logFault(setting, fault),
      );
      caughtUp.missed += missed ?? 0;
      caughtUp.failed += missed === undefined ? 1 : 0;
    }
    return caughtUp;
  };
}

function logFault({ connector, account }: AccountSetting, fault: unknown): undefined {
  const reason = fault instanceof ConnectorError ? fault.message : undefined;
  const name = fault instanceof Error ? fault.name : 'unknown';
  logger.error('catch-up failed', { connector, account, name, reason });
}

async function catchAccountUp(
  dependencies: CatchUpDependencies,
  setting: AccountSetting,
): Promise<number> {
  const { connector } = setting;
  const catchUp = dependencies.catchUps[connector];
  const prices = dependencies.pricesOf(setting);
  if (!catchUp || !prices) throw new ConnectorError('misconfigured', `no prices of ${connector}`);
  const account = catchUp.readAccount(setting.settings);
  if (catchUp.settings(account).dollarsPerDay === 0) return 0;
  const now = dependencies.now();
  const until = new Date(now.getTime() + dependencies.leaseSeconds * 1000);
  const leaseId = randomUUID();
  const state = await leaseCatchUp(dependencies.table, setting, { leaseId, now, until });
  if (state === undefined) return 0;
  const credentials = await dependencies.secrets.current(setting.secretId, catchUp.readCredentials);
  const { apiUrl, publicUrl } = setting;
  const timeoutSeconds = dependencies.callTimeoutSeconds;
  const context = { account, credentials, apiUrl, publicUrl, timeoutSeconds };
  const run = new AccountRun({ dependencies, setting, catchUp, context, prices, state });
  try {
    await steps(run);
  } finally {
    await releaseCatchUp(dependencies.table, setting, run.state).catch(() => undefined);
  }
  return Object.values(run.missed).reduce((sum, count) => sum + count, 0);
}

/**
 * Reads first and enables the webhook after: while it is disabled nothing younger can come by it, so what was missing
 * takes its place before what is new.
 */
async function steps(run: AccountRun): Promise<void> {
  if (isWaiting(run)) return;
  await checkHealth(run);
  const hadGap = run.state.gap !== undefined;
  await readLists(run, 'always');
  if (!hadGap && run.state.gap !== undefined) await checkHealth(run, true);
  await askForReplay(run);
  await readLists(run, 'after_gap');
  await restoreWebhook(run);
  await tellMissed(run);
  await closeGap(run);
}

async function readLists(run: AccountRun, when: CatchUpList['when']): Promise<void> {
  for (const list of run.catchUp.lists.filter((each) => each.when === when)) {
    const since = sinceOf(run, list);
    const isWanted = when === 'always' || isDue(run, list);
    if (isWanted && !isWaiting(run) && !isTooYoung(run, list, since)) {
      await readList(run, list, since);
    }
  }
}

/** True when nothing that the list can show is old enough to be read: providers refuse a time that has hardly begun. */
function isTooYoung(run: AccountRun, { name }: CatchUpList, since: string): boolean {
  const { afterSeconds, now } = run.dependencies;
  const isFirst = run.list(name).after === undefined;
  return isFirst && Date.parse(since) > now().getTime() - afterSeconds * 1000;
}

function isWaiting({ state, dependencies }: AccountRun): boolean {
  return (
    state.waitUntil !== undefined && Date.parse(state.waitUntil) > dependencies.now().getTime()
  );
}

/** Tells once for each gap that messages were missing, with what this run found. */
async function tellMissed(run: AccountRun): Promise<void> {
  const { gap } = run.state;
  const count = Object.values(run.missed).reduce((sum, each) => sum + each, 0);
  if (count === 0 || gap === undefined || gap.told.includes('messages_missed')) return;
  await run.alert({
    id: `messages_missed:${gap.seenAt}`,
    code: 'messages_missed',
    title: `the webhook did not bring ${count} messages; they were read from the provider's lists`,
    details: { since: gap.since, found: run.missed },
  });
  await run.save({ gap: { ...gap, told: [...gap.told, 'messages_missed'] } });
}
