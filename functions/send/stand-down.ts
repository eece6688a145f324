import { isOvertaken, overtakenError } from '#shared/aws/store/sending/claim';
import { settleFailed, settleNotSent, settleProvedUnsent } from '#shared/aws/store/sending/settle';
import { logger } from '#shared/logger';
import type { EntryState } from '#shared/table/state';
import { type Outbound, placeOf, type SendDependencies } from './outbound.ts';

/**
 * Tells if the lease of a claim runs out before an attempt can end: its process stood still. Another one takes over
 * when the lease is over, and the next reply leaves; a request of this claim could still be under way then.
 */
export function isTooShort({ delivery }: EntryState, now: Date, attemptSeconds: number): boolean {
  return Date.parse(delivery?.leaseUntil ?? '') <= now.getTime() + attemptSeconds * 1000;
}

/**
 * Gives a claim back that is too old for its attempt: nothing was sent by it, and nothing will be. The
 * reply may be claimed again, unless a later one has gone out meanwhile. Where somebody has decided otherwise, that
 * stays.
 */
export async function standDown(
  { target, now }: SendDependencies,
  outbound: Outbound,
  claimed: EntryState,
): Promise<void> {
  const place = placeOf(outbound);
  const at = now().toISOString();
  logger.warn('claim too old for its attempt', { ...place });
  if (await isOvertaken(target.table, place)) {
    const { attempt = 1 } = claimed.delivery ?? {};
    await settleFailed(target.table, place, { error: overtakenError, at, attempt });
    return;
  }
  const waits = { notBefore: at, lookAfterAt: at };
  if (await settleNotSent(target.table, place, claimed, waits)) return;
  await settleProvedUnsent(target.table, place, claimed);
}
