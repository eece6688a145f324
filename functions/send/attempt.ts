import type { AccountSetting } from '#shared/accounts';
import { claimPart } from '#shared/aws/store/claim';
import { settleFailed, settleNotSent, settleUncertain } from '#shared/aws/store/settle';
import { settleSent } from '#shared/aws/store/settle-sent';
import type { Sender, SendOutcome } from '#shared/connector/sender';
import { failpoint } from '#shared/failpoint';
import { messageIdOf } from '#shared/ids';
import { logger } from '#shared/logger';
import type { EntryItem } from '#shared/table/items';
import { raiseAlert } from './alert.ts';
import type { Outbound, SendDependencies } from './send.ts';

export interface Prepared {
  readonly sender: Sender;
  readonly setting: AccountSetting;
  readonly account: unknown;
  readonly requests: readonly unknown[];
}

/** After so many attempts that surely sent nothing, the reply has failed: 20 tries span hours. */
const mostAttempts = 20;
/** Doubled with each attempt where the provider does not say how long to wait. */
const firstWaitSeconds = 2;
const longestWaitSeconds = 900;
const pausedWaitSeconds = 60;
/** The queue message brings the reply back before this; the sweep does when the queue message is gone. */
const lookAfterSeconds = 900;

/** Claims the next part, makes one HTTP attempt, and records what is known of its outcome. */
export async function attemptPart(
  dependencies: SendDependencies,
  { meta, entry }: Outbound,
  prepared: Prepared,
): Promise<void> {
  const { target, now, leaseSeconds } = dependencies;
  const { part } = entry.delivery;
  const place = { conversationId: meta.id, sequence: entry.sequence };
  // Before the claim: what fails here is surely not sent, and the queue tries again.
  const credentials = await credentialsOf(dependencies, prepared);
  const leaseUntil = new Date(now().getTime() + leaseSeconds * 1000).toISOString();
  const parts = prepared.requests.length;
  const claimed = await claimPart(target.table, place, { part, parts, leaseUntil });
  if (!claimed) return;
  failpoint('send.afterClaim');
  const outcome = await send(dependencies, { meta, entry }, claimed, prepared, credentials);
  failpoint('send.afterHttp');
  logger.info('attempt made', { ...place, part, outcome: outcome.kind });
  await settle(dependencies, { meta, entry }, claimed, outcome);
  failpoint('send.afterRecord');
}

async function credentialsOf(
  { secrets }: SendDependencies,
  { sender, setting }: Prepared,
): Promise<unknown> {
  const [current] = await secrets.of(setting.secretId);
  return sender.readCredentials(current);
}

async function send(
  { attemptTimeoutSeconds: timeoutSeconds }: SendDependencies,
  { meta, entry }: Outbound,
  claimed: EntryItem,
  { sender, setting, account, requests }: Prepared,
  credentials: unknown,
): Promise<SendOutcome> {
  const { part } = entry.delivery;
  try {
    return await sender.send(requests[part], {
      account,
      credentials,
      apiUrl: setting.apiUrl,
      publicUrl: setting.publicUrl,
      messageId: messageIdOf(meta.id, entry.sequence),
      part,
      attempt: claimed.delivery?.attempt ?? 1,
      timeoutSeconds,
    });
  } catch (fault) {
    // A sender classifies what can happen; what it throws all the same may have happened after the request.
    const name = fault instanceof Error ? fault.name : 'unknown';
    logger.error('sender fault', { connector: meta.connector, name });
    const error = { code: 'outcome_unknown', title: `sender fault: ${name}`, retryable: false };
    return { kind: 'uncertain', error };
  }
}

async function settle(
  dependencies: SendDependencies,
  { meta, entry }: Outbound,
  claimed: EntryItem,
  outcome: SendOutcome,
): Promise<void> {
  const { target, now, uncertainAfterSeconds } = dependencies;
  const place = { conversationId: meta.id, sequence: entry.sequence };
  const attempt = claimed.delivery?.attempt ?? 1;
  const at = now().toISOString();
  switch (outcome.kind) {
    case 'sent': {
      const { providerMessageId, providerAliases = [] } = outcome;
      const { part } = entry.delivery;
      const evidence = { part, providerMessageId, providerAliases, at };
      await settleSent(target.table, meta, entry.sequence, evidence);
      return;
    }
    case 'failed':
      await settleFailed(target.table, place, { error: outcome.error, at, attempt });
      return;
    case 'uncertain': {
      const lookAfterAt = later(now(), uncertainAfterSeconds);
      await settleUncertain(target.table, place, claimed, { lookAfterAt });
      return;
    }
    case 'account_paused':
      await raiseAlert(target, meta, outcome.error, now());
      break;
    case 'not_sent':
      break;
  }
  if (attempt >= mostAttempts) {
    await settleFailed(target.table, place, { error: outcome.error, at, attempt });
    return;
  }
  const seconds = outcome.retryAfterSeconds ?? waitSeconds(outcome.kind, attempt);
  const notBefore = later(now(), seconds);
  const lookAfterAt = later(now(), seconds + lookAfterSeconds);
  await settleNotSent(target.table, place, claimed, { notBefore, lookAfterAt });
}

function waitSeconds(kind: 'not_sent' | 'account_paused', attempt: number): number {
  if (kind === 'account_paused') return pausedWaitSeconds;
  return Math.min(firstWaitSeconds * 2 ** (attempt - 1), longestWaitSeconds);
}

function later(now: Date, seconds: number): string {
  return new Date(now.getTime() + seconds * 1000).toISOString();
}
