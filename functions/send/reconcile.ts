import { publish } from '#shared/aws/publish/publish';
import { overtakenError } from '#shared/aws/store/overtaken';
import { settleFailed, settleProvedUnsent } from '#shared/aws/store/settle';
import { settleSent } from '#shared/aws/store/settle-sent';
import { readItem } from '#shared/aws/store/table';
import type { Reconciliation } from '#shared/connector/sender';
import { logger } from '#shared/logger';
import { RetryLater } from '#shared/retry-later';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import {
  attemptsAtPart,
  mostAttempts,
  type Outbound,
  placeOf,
  type SendDependencies,
} from './outbound.ts';
import { prepare } from './prepare.ts';

/**
 * Looks an uncertain attempt up at its provider, once its own callbacks have had their time. Found: it was sent.
 * Proved absent: it may be sent, or has failed where a later reply has gone out meanwhile. Otherwise it stays uncertain; the helpdesk is told after the deadline, and nothing
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
      if (await isAnothers(dependencies, outbound, providerMessageId)) return true;
      const evidence = { part, providerMessageId, at: now().toISOString() };
      await settleSent(target.table, meta, entry.sequence, evidence);
      return false;
    }
    case 'not_sent':
      if (prepared.isOvertaken) {
        const failure = { error: overtakenError, at: now().toISOString(), attempt };
        return !(await settleFailed(target.table, placeOf(outbound), failure));
      }
      if (attemptsAtPart(attempt, part) >= mostAttempts) return true;
      return !(await settleProvedUnsent(target.table, placeOf(outbound), entry));
  }
}

/**
 * Whether the message found is known as another one already: the same words a moment before or after. The provider
 * cannot tell them apart, so this proves nothing about the attempt.
 */
async function isAnothers(
  { target }: SendDependencies,
  { meta, entry }: Outbound,
  providerMessageId: string,
): Promise<boolean> {
  const key = referenceKey(meta.connector, meta.account, providerMessageId);
  const known = await readItem(target.table, ReferenceItem, key, true);
  if (known?.conversationId === undefined) return false;
  const isSameEntry = known.conversationId === meta.id && known.sequence === entry.sequence;
  return !isSameEntry || known.part !== entry.delivery.part;
}
