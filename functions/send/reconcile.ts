import { statusLookUpAt } from '#connectors/capabilities';
import { publish } from '#shared/aws/publish/publish';
import { overtakenError } from '#shared/aws/store/sending/lease';
import { recordFailed, recordProvedUnsent } from '#shared/aws/store/sending/record-outcome';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { readItem } from '#shared/aws/store/table';
import type { Reconciliation } from '#shared/connector/sender';
import { logger } from '#shared/logger';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import {
  attemptsAtPart,
  maxAttempts,
  type Outbound,
  placeOf,
  precedingId,
  type SendDependencies,
  unknownSince,
} from './outbound.ts';
import { prepare } from './prepare.ts';

/**
 * Looks an uncertain attempt up at its provider, once its own callbacks have had their time. Found: it was sent.
 * Proved absent: it may be sent, or has failed where a later reply has gone out meanwhile. Otherwise it stays
 * uncertain, and nothing is ever sent again by itself.
 *
 * It never waits, because the later replies of the conversation would wait with it: the reply was marked when it
 * became uncertain, and the sweep asks for a look-up when its time has come, and tells the helpdesk after the deadline.
 */
export async function reconcile(
  dependencies: SendDependencies,
  outbound: Outbound,
): Promise<boolean> {
  const { target, now, reconcileAfterSeconds } = dependencies;
  const { conversation, entry } = outbound;
  await publish(target, conversation, entry);
  const { attemptedAt = '', part, attempt } = entry.delivery;
  const dueMs = Date.parse(attemptedAt) + reconcileAfterSeconds * 1000;
  if (now().getTime() < dueMs) return true;
  const { found, isOvertaken } = await lookUp(dependencies, outbound);
  switch (found.kind) {
    case 'unknown':
      return true;
    case 'sent': {
      const { kind: _, ...known } = found;
      if (await isAnothers(dependencies, outbound, known.providerMessageId)) return true;
      const lookUp = statusLookUpAt(conversation, now(), entry.reply?.sendAt);
      const evidence = { part, ...known, at: now().toISOString(), ...lookUp };
      await recordSent(target.table, conversation, entry.sequence, evidence);
      return false;
    }
    case 'not_sent':
      if (isOvertaken) {
        const failure = { error: overtakenError, at: now().toISOString(), attempt };
        return !(await recordFailed(target.table, placeOf(outbound), failure));
      }
      if (attemptsAtPart(attempt, part) >= maxAttempts) return true;
      return !(await recordProvedUnsent(target.table, placeOf(outbound), entry, {
        part,
        since: unknownSince(entry, part).unknownSince ?? attemptedAt,
      }));
  }
}

interface LookUp {
  readonly found: Reconciliation;
  /** A later reply of the conversation has been with its provider. */
  readonly isOvertaken: boolean;
}

/** Asks the provider. A fault on the way there finds nothing out: the sweep asks again, and nothing waits for it. */
async function lookUp(dependencies: SendDependencies, outbound: Outbound): Promise<LookUp> {
  const nothing: LookUp = { found: { kind: 'unknown' }, isOvertaken: false };
  const { attemptedAt = '', part, attempt } = outbound.entry.delivery;
  try {
    const prepared = await prepare(dependencies, outbound);
    if (!prepared?.sender.reconcile) return nothing;
    const before = { ...precedingId(outbound.entry, part), ...unknownSince(outbound.entry, part) };
    const context = { ...prepared.context, ...before, part, attempt, attemptedAt };
    const found = await prepared.sender.reconcile(prepared.requests[part], context);
    logger.info('attempt looked up', { ...placeOf(outbound), part, found: found.kind });
    return { found, isOvertaken: prepared.isOvertaken };
  } catch (fault) {
    const name = fault instanceof Error ? fault.name : 'unknown';
    logger.error('attempt not looked up', { ...placeOf(outbound), part, name });
    return nothing;
  }
}

/**
 * True when the message found is known as another one already: the same words a moment before or after. The provider
 * cannot tell them apart, so this proves nothing about the attempt.
 */
async function isAnothers(
  { target }: SendDependencies,
  { conversation, entry }: Outbound,
  providerMessageId: string,
): Promise<boolean> {
  const key = referenceKey(conversation.connector, conversation.account, providerMessageId);
  const known = await readItem(target.table, ReferenceItem, key, true);
  if (known?.conversationId === undefined) return false;
  const isSameEntry = known.conversationId === conversation.id && known.sequence === entry.sequence;
  return !isSameEntry || known.part !== entry.delivery.part;
}
