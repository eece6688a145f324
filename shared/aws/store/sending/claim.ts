import { randomUUID } from 'node:crypto';
import { dueAs } from '#shared/aws/store/due/due';
import { type Place, readState, writeState } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import type { Delivery, EntryState } from '#shared/table/state';

interface Claim {
  readonly part: number;
  /** How many there are. */
  readonly parts: number;
  readonly leaseUntil: string;
  readonly at: string;
}

/**
 * Takes the next part of a reply for one attempt: `accepted → sending`, `attempt + 1`, a lease. Only one caller can
 * have it; whoever comes while the lease runs gets nothing. Returns the state as claimed, or undefined.
 *
 * `known` is the state as it was just read, which saves a reading. The lease outlives the function and ends before the queue message shows again, so a second receiver can exist
 * only when the first is dead (docs/architecture.md, "The way of a reply").
 */
export async function claimPart(
  table: Table,
  place: Place,
  { part, parts, leaseUntil, at }: Claim,
  known?: EntryState,
): Promise<EntryState | undefined> {
  const state = known ?? (await readState(table, place));
  const { delivery } = state ?? {};
  if (!state || delivery?.state !== 'accepted' || delivery.part !== part) return undefined;
  const claimedBy = randomUUID();
  const set = {
    'delivery.state': 'sending',
    'delivery.attempt': delivery.attempt + 1,
    'delivery.leaseUntil': leaseUntil,
    'delivery.attemptedAt': at,
    'delivery.claimedBy': claimedBy,
    'delivery.parts': parts,
    'delivery.notBefore': undefined,
    'delivery.lookUps': undefined,
    'delivery.slotAt': undefined,
    dueFor: undefined,
    ...(state.dueAt === undefined ? {} : dueAs('reply', place.conversationId, leaseUntil)),
  };
  const claimed = await writeState(table, place, state, { set }, stillAccepted(delivery));
  return claimed ?? ownClaim(table, place, claimedBy);
}

function stillAccepted({ part, attempt }: Delivery) {
  return { 'delivery.state': 'accepted', 'delivery.part': part, 'delivery.attempt': attempt };
}

/**
 * The SDK repeats a write whose answer was lost, and then its own claim stands in its way: without this look, such a
 * reply would never be sent and nobody could tell.
 */
async function ownClaim(
  table: Table,
  place: Place,
  claimedBy: string,
): Promise<EntryState | undefined> {
  const state = await readState(table, place);
  const isOurs = state?.delivery?.state === 'sending' && state.delivery.claimedBy === claimedBy;
  return isOurs ? state : undefined;
}
