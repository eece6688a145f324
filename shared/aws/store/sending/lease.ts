import { randomUUID } from 'node:crypto';
import { type Place, readState, writeState } from '#shared/aws/store/state';
import { entriesAfter, type Table } from '#shared/aws/store/table';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { OwnMetadata } from '#shared/model/metadata-name';
import type { Entry } from '#shared/table/entry';
import { dueAs } from '#shared/table/keys';
import type { Delivery, EntryState } from '#shared/table/state';
import { newestBefore } from './earlier.ts';

interface Claim {
  readonly part: number;
  /** Total number of parts. */
  readonly parts: number;
  readonly leaseUntil: string;
  readonly at: string;
  /** The estimated price, at a provider that charges by the use. */
  readonly price?: Delivery['price'];
}

/**
 * Leases the next part of a reply for one attempt: `accepted → sending`, `attempt + 1`. Only one caller gets the lease;
 * others get nothing while it runs. Returns the state with the lease, or undefined.
 *
 * `known` is the state as just read, which saves a read. The lease outlives the function and ends before the queue
 * message shows again, so a second receiver can exist only when the first is dead (docs/architecture.md, "The way of a
 * reply").
 */
export async function leasePart(
  table: Table,
  place: Place,
  { part, parts, leaseUntil, at, price }: Claim,
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
    ...(price ? { 'delivery.price': price } : {}),
    dueFor: undefined,
    ...(state.dueAt === undefined ? {} : dueAs('reply', place.conversationId, leaseUntil)),
  };
  const claimed = await writeState(table, place, state, { set }, stillAccepted(delivery));
  return claimed ?? ownLease(table, place, claimedBy);
}

function stillAccepted({ part, attempt }: Delivery) {
  return { 'delivery.state': 'accepted', 'delivery.part': part, 'delivery.attempt': attempt };
}

/**
 * Recognises the caller's own lease. The SDK repeats a write whose answer was lost, and is then refused by its own
 * lease: without this check such a reply would never be sent, without a trace.
 */
async function ownLease(
  table: Table,
  place: Place,
  claimedBy: string,
): Promise<EntryState | undefined> {
  const state = await readState(table, place);
  const isOurs = state?.delivery?.state === 'sending' && state.delivery.claimedBy === claimedBy;
  return isOurs ? state : undefined;
}

/** Marks `message.accepted` and `message.sent` if the fallback went out instead of the reply's own content. */
export const sentAsFallback = { sentAs: 'fallback_template' } as const satisfies OwnMetadata;

/** The metadata of a reply that goes out as numbered text (shared/reply/as-text.ts). */
export const sentAsText = { sentAs: 'numbered_text' } as const satisfies OwnMetadata;

/** Tells whether a reply has a fallback that may still replace it: no part of it has gone out. */
export function mayFallBack({ reply, delivery }: Entry): boolean {
  return reply?.fallbackTemplate !== undefined && !delivery?.usesFallback && delivery?.part === 0;
}

/**
 * Makes the fallback the content to send. Applies to a reply that waits to be sent, or to an attempt that the provider
 * refused because its window is closed: nothing was sent, so the reply may be leased again. Returns whether it
 * switched; repeating it changes nothing.
 */
export async function switchToFallback(table: Table, place: Place, entry: Entry): Promise<boolean> {
  const { delivery } = entry;
  if (!delivery || !mayFallBack(entry)) return false;
  const { state, part, attempt } = delivery;
  if (state !== 'accepted' && state !== 'sending') return false;
  const set = {
    'delivery.usesFallback': true,
    'delivery.state': 'accepted',
    'delivery.leaseUntil': undefined,
  };
  const expected = {
    'delivery.state': state,
    'delivery.part': part,
    'delivery.attempt': attempt,
  };
  return (await writeState(table, place, entry, { set }, expected)) !== undefined;
}

/**
 * Tells whether a reply has been with its provider, so that the customer may have it. One that was surely not sent and
 * waits for another try has not.
 */
export function mayHaveLeft({ delivery }: Entry): boolean {
  if (!delivery) return false;
  const { state, part, attempt } = delivery;
  return part > 0 || (attempt > 0 && state !== 'accepted');
}

/** Tells whether a later reply of the conversation may have reached the customer. Then this one must not be sent. */
export async function isOvertaken(
  table: Table,
  { conversationId, sequence }: Place,
): Promise<boolean> {
  let last = sequence;
  for (;;) {
    const entries = await entriesAfter(table, conversationId, last);
    if (entries.some(mayHaveLeft)) return true;
    const end = entries.at(-1);
    if (!end) return false;
    last = end.sequence;
  }
}

/**
 * The error of a reply that later replies have overtaken. If some of its parts were sent, the whole becomes
 * `sent_in_part` (shared/table/outcome.ts).
 */
export const overtakenError: DeliveryError = {
  code: 'not_sent_in_time',
  title: 'a later reply of the conversation has gone out since',
  retryable: true,
};

/** Tells if a reply of a conversation was accepted after this moment, however many messages came behind it. */
export async function hasAcceptedSince(
  table: Table,
  conversationId: string,
  since: Date,
): Promise<boolean> {
  const isLater = ({ message }: Entry) => Date.parse(message?.receivedAt ?? '') > since.getTime();
  const found = await newestBefore(
    table,
    conversationId,
    (entry) => entry.message !== undefined && (!isLater(entry) || entry.firstStatus === 'accepted'),
  );
  return found !== undefined && isLater(found);
}
