import { isOvertaken, overtakenError } from '#shared/aws/store/overtaken';
import { settleFailed, settleNotSent, settleProvedUnsent } from '#shared/aws/store/settle';
import { logger } from '#shared/logger';
import type { EntryState } from '#shared/table/state';
import { type Outbound, placeOf, type SendDependencies } from './outbound.ts';

/** Tells if the lease of a claim has run out: its process stood still, and another may have taken over. */
export function isOver({ delivery }: EntryState, now: Date): boolean {
  return Date.parse(delivery?.leaseUntil ?? '') <= now.getTime();
}

/**
 * Gives a claim back that has ended before its attempt was made: nothing was sent by it, and nothing will be. The
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
  logger.warn('claim ended before its attempt', { ...place });
  if (await isOvertaken(target.table, place)) {
    const { attempt = 1 } = claimed.delivery ?? {};
    await settleFailed(target.table, place, { error: overtakenError, at, attempt });
    return;
  }
  const waits = { notBefore: at, lookAfterAt: at };
  if (await settleNotSent(target.table, place, claimed, waits)) return;
  await settleProvedUnsent(target.table, place, claimed);
}
