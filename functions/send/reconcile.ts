import { publish } from '#shared/aws/publish/publish';
import { settleProvedUnsent } from '#shared/aws/store/settle';
import { settleSent } from '#shared/aws/store/settle-sent';
import type { Reconciliation } from '#shared/connector/sender';
import { logger } from '#shared/logger';
import { RetryLater } from '#shared/retry-later';
import { type Outbound, placeOf, type SendDependencies } from './outbound.ts';
import { prepare } from './prepare.ts';

/**
 * Looks an uncertain attempt up at its provider, once its own callbacks have had their time. Found: it was sent.
 * Proved absent: it may be sent. Otherwise it stays uncertain; the helpdesk is told after the deadline, and nothing
 * is ever sent again by itself.
 *
 * Later replies of the conversation do not wait for that: they go on, as they would after a person's decision.
 */
export async function reconcile(
  dependencies: SendDependencies,
  outbound: Outbound,
): Promise<boolean> {
  const { target, now, reconcileAfterSeconds } = dependencies;
  const { meta, entry } = outbound;
  await publish(target, meta, entry);
  const prepared = await prepare(dependencies, outbound);
  if (!prepared?.sender.reconcile) return true;
  const { attemptedAt = '', part, attempt } = entry.delivery;
  const dueMs = Date.parse(attemptedAt) + reconcileAfterSeconds * 1000 - now().getTime();
  if (dueMs > 0) throw new RetryLater(dueMs / 1000, 'callbacks may still tell what came of it');
  const context = { ...prepared.context, part, attempt, attemptedAt };
  const found: Reconciliation = await prepared.sender.reconcile(prepared.requests[part], context);
  logger.info('attempt looked up', { ...placeOf(outbound), part, found: found.kind });
  switch (found.kind) {
    case 'unknown':
      return true;
    case 'sent': {
      const { providerMessageId } = found;
      const evidence = { part, providerMessageId, at: now().toISOString() };
      await settleSent(target.table, meta, entry.sequence, evidence);
      return false;
    }
    case 'not_sent':
      return !(await settleProvedUnsent(target.table, placeOf(outbound), entry));
  }
}
