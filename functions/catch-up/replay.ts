import { logger } from '#shared/logger';
import type { AccountRun } from './account-run.ts';

/**
 * Asks the provider to repeat its webhooks of a gap, where the account's settings want that. Only where the webhook was
 * valid all the time: a provider repeats what it tried to deliver, and to a disabled webhook it tries nothing. Where
 * it is not granted, the lists are read.
 */
export async function askForReplay(run: AccountRun): Promise<void> {
  const { gap, webhook, webhookId } = run.state;
  const { connector, account } = run.setting;
  if (!run.settings.replay || gap === undefined || gap.replayAskedAt !== undefined) return;
  if (webhook !== 'valid' || webhookId === undefined || gap.restoredAt !== undefined) return;
  const now = run.dependencies.now();
  const earliest = new Date(now.getTime() - run.catchUp.replayHours * 3_600_000).toISOString();
  if (gap.since < earliest) return;
  const to = now.toISOString();
  const answer = await run.catchUp.replay({ webhookId, from: gap.since, to }, run.context);
  logger.info('replay asked for', { connector, account, answer: answer.kind });
  if (answer.kind === 'accepted') await run.save({ gap: { ...gap, replayAskedAt: to } });
}
