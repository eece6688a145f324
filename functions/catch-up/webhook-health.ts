import type { Called, WebhookHealth } from '#shared/connector/catch-up';
import { logger } from '#shared/logger';
import type { AccountRun } from './account-run.ts';
import { noteInvalid } from './gap.ts';

const checkEverySeconds = 3600;

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

/**
 * Has an invalid webhook enabled again, once its gap has been read: what is new then comes behind what was missing.
 * Where the budget ended the reading it is enabled all the same, because customers wait longer for a message than for
 * its place.
 */
export async function restoreWebhook(run: AccountRun): Promise<void> {
  const { webhook, webhookId, gap } = run.state;
  if (webhook === 'missing')
    return tellInvalid(run, 'the provider has no webhook with our address');
  if (webhook !== 'invalid' || webhookId === undefined || gap === undefined) return;
  const health = await run.catchUp.validateWebhook(webhookId, run.context);
  if (health.kind !== 'valid') {
    return tellInvalid(run, 'the provider calls our webhook invalid, and did not enable it again');
  }
  const now = run.nowIso();
  await run.alert({
    id: `webhook_restored:${now}`,
    code: 'webhook_restored',
    title: 'the webhook had been disabled; the provider has checked it and enabled it again',
    details: { since: gap.since, webhookId },
  });
  const restored = { ...gap, until: now, restoredAt: now };
  await run.save({ webhook: 'valid', validAt: now, checkedAt: now, gap: restored });
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
