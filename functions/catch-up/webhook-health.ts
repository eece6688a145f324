import type { Called, WebhookHealth } from '#shared/connector/catch-up';
import { logger } from '#shared/logger';
import type { AccountRun } from './account-run.ts';
import { noteInvalid } from './gap.ts';

const checkEverySeconds = 3600;
/** A disabled webhook waits this long for lists that cannot be read: what is missed meanwhile is in them later, too. */
const longestWaitSeconds = 1800;

/** Asks the provider for the state of our webhook: once an hour, and in each run while a gap is open. */
export async function checkHealth(run: AccountRun, isForced = false): Promise<void> {
  const { checkedAt, gap } = run.state;
  const nextMs = checkedAt === undefined ? 0 : Date.parse(checkedAt) + checkEverySeconds * 1000;
  if (!isForced && gap === undefined && run.dependencies.now().getTime() < nextMs) return;
  await record(run, await run.catchUp.checkWebhook(run.context));
  const { webhook } = run.state;
  if (webhook === 'invalid' || webhook === 'missing') await noteInvalid(run);
}

async function record(run: AccountRun, health: Called<WebhookHealth>): Promise<void> {
  const { connector, account } = run.setting;
  switch (health.kind) {
    case 'valid':
    case 'invalid':
    case 'missing': {
      const now = run.nowIso();
      // One that was never there is not registered yet: nothing of it is missed.
      const isNew = health.kind === 'missing' && run.state.validAt === undefined;
      await run.save({
        checkedAt: now,
        webhook: isNew ? undefined : health.kind,
        ...(health.kind === 'valid' ? { validAt: now } : {}),
        invalidAt: invalidSince(run, health, now),
        ...(health.kind === 'missing' ? {} : { webhookId: health.webhookId }),
      });
      return;
    }
    default:
      // The lists are read with other rights: a check that is not granted says nothing about them.
      logger.warn('the webhook could not be checked', { connector, account, answer: health.kind });
      await run.save({ checkedAt: run.nowIso() });
  }
}

function invalidSince({ state }: AccountRun, { kind }: WebhookHealth, now: string) {
  return kind === 'invalid' ? (state.invalidAt ?? now) : undefined;
}

/**
 * Has an invalid webhook enabled again, once its gap has been read in this run: what is new then comes behind what was
 * missing. Where the lists cannot be read (a refusal, the budget, a reading of many pages) it waits for half an hour,
 * and is then enabled all the same: customers wait longer for a message than for its place. True when it was enabled.
 */
export async function restoreWebhook(run: AccountRun): Promise<boolean> {
  const { webhook, webhookId, gap } = run.state;
  if (webhook === 'missing') await tellInvalid(run, 'the provider has no webhook with our address');
  if (webhook !== 'invalid' || webhookId === undefined || gap === undefined) return false;
  const isRead = run.catchUp.lists.every(({ name }) => run.readLists.has(name));
  if (!isRead && !hasWaited(run)) return false;
  const health = await run.catchUp.validateWebhook(webhookId, run.context);
  if (health.kind !== 'valid') {
    await tellInvalid(run, 'the provider calls our webhook invalid, and did not enable it again');
    return false;
  }
  const now = run.nowIso();
  const order = isRead
    ? ''
    : '; the lists could not be read before, so what was missed comes behind what is new';
  await run.alert({
    id: `webhook_restored:${now}`,
    code: 'webhook_restored',
    title: `the webhook had been disabled; the provider has checked it and enabled it again${order}`,
    details: { since: gap.since, webhookId, listsRead: isRead },
  });
  const restored = { ...gap, until: now, restoredAt: now };
  const valid = { webhook: 'valid', validAt: now, checkedAt: now, invalidAt: undefined } as const;
  await run.save({ ...valid, gap: restored });
  return true;
}

/** True when the webhook has waited long enough for the lists. */
function hasWaited({ state, dependencies }: AccountRun): boolean {
  const waitedMs = dependencies.now().getTime() - Date.parse(state.invalidAt ?? '');
  return !(waitedMs < longestWaitSeconds * 1000);
}

async function tellInvalid(run: AccountRun, title: string): Promise<void> {
  const { gap, webhookId } = run.state;
  if (gap === undefined || gap.told.includes('webhook_invalid')) return;
  await run.alert({
    id: `webhook_invalid:${gap.seenAt}`,
    code: 'webhook_invalid',
    title,
    details: { since: gap.since, url: run.setting.publicUrl, webhookId },
  });
  await run.save({ gap: { ...gap, told: [...gap.told, 'webhook_invalid'] } });
}
