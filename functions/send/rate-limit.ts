import { isConnectorId } from '#connectors/declarations';
import { senders } from '#connectors/senders';
import { accountNamed } from '#shared/accounts';
import { release } from '#shared/aws/publish/release';
import {
  bucketOf,
  isAfterPause,
  isStopped,
  readSending,
  type SendingStop,
  sendingStop,
} from '#shared/aws/store/sending/pause';
import { reserveSlots } from '#shared/aws/store/sending/slots';
import { firstWaiting, isCampaign, isWaiting } from '#shared/aws/store/sending/wait';
import { readEntry } from '#shared/aws/store/table';
import { statusRank } from '#shared/model/delivery-status';
import { RetryLater, WaitForSlot } from '#shared/retry-later';
import { knownParts } from '#shared/table/parts';
import type { Outbound, SendDependencies } from './outbound.ts';
import { noSlot, park, tellRetry, waitForSlot } from './park.ts';

/** The send slot that an account gives to a reply. */
export interface GrantedSlot {
  readonly slotMs: number;
  /** The account was paused before: a message that is taken now ends that. */
  readonly afterPause: boolean;
}

/** A slot that was reserved for this command. `undefined` in place of a time: the account had none to give. */
export interface Given {
  readonly slotMs: number | undefined;
}

/** `parked`: it waits in `due`, and its queue message is done. `moved`: it is not what it was read as. */
export type Asked = GrantedSlot | 'parked' | 'moved';

/** The longest wait for a slot within the function, in seconds: a queue message comes back after whole seconds only. */
const napSeconds = 2;
/** A slot that stays unused for longer is lost: after an outage all the late ones would go together. */
const slotLastsMs = 10_000;

/**
 * Waits for the slot of a reply. Resolves when it may go now. A near slot is waited for on the queue: throws
 * `WaitForSlot`. Everything else waits in `due`: a far slot, a paused account, a reply before it that waits there.
 */
export async function awaitRateLimit(
  dependencies: SendDependencies,
  outbound: Outbound,
  given: Given | undefined,
): Promise<Asked> {
  const { conversation, entry } = outbound;
  const first = firstWaiting(conversation);
  const isBehind = first !== undefined && first < entry.sequence;
  // An older command than the one it is released with.
  if (isWaiting(entry) && conversation.waiting?.has(entry.sequence) && (isBehind || !given))
    return 'parked';
  if (isBehind) return goBehind(dependencies, outbound, first);
  return isCampaign(entry)
    ? awaitFreeSlot(dependencies, outbound, given)
    : awaitSlot(dependencies, outbound, given);
}

async function awaitSlot(
  dependencies: SendDependencies,
  outbound: Outbound,
  given: Given | undefined,
): Promise<Asked> {
  const { now, sleep } = dependencies;
  const { slotMs, afterPause, ...stop } = await slotOf(dependencies, outbound, given);
  if (slotMs === undefined) return park(dependencies, outbound, noSlot(stop));
  const waitMs = slotMs - now().getTime();
  if (waitMs > napSeconds * 1000) {
    await waitForSlot(dependencies, outbound, slotMs);
    throw new WaitForSlot(waitMs, slotMs);
  }
  if (waitMs > 0) await sleep(waitMs);
  return { slotMs, afterPause };
}

interface Slot extends Given, SendingStop {
  readonly afterPause: boolean;
}

/** The slot of a reply: the one it has, as long as that may be used, or else the next free one. */
async function slotOf(
  dependencies: SendDependencies,
  { conversation, entry }: Outbound,
  given: Given | undefined,
): Promise<Slot> {
  const { target, now, pacingOf } = dependencies;
  const { slotAt } = entry.delivery;
  const slotMs = slotAt === undefined ? given?.slotMs : Date.parse(slotAt);
  const isKnown = slotAt !== undefined || given !== undefined;
  if (isKnown && now().getTime() - (slotMs ?? Number.POSITIVE_INFINITY) <= slotLastsMs) {
    const item = await readSending(target.table, conversation);
    const stop = sendingStop(item, bucketOf(pacingOf(conversation)), now());
    const afterPause = isAfterPause(item, now());
    return { slotMs: isStopped(stop) ? undefined : slotMs, ...stop, afterPause };
  }
  const wanted = { now: now(), count: 1, withinMs: dependencies.nearSeconds * 1000 };
  const { slots, ...account } = await reserveSlots(
    target.table,
    conversation,
    pacingOf(conversation),
    wanted,
  );
  return { slotMs: slots[0], ...account };
}

/**
 * A campaign's message goes at the time that the sweep gave it, if agents' replies have left the slot free. If not, it
 * goes back to its place in `due`.
 */
async function awaitFreeSlot(
  dependencies: SendDependencies,
  outbound: Outbound,
  given: Given | undefined,
): Promise<Asked> {
  const { target, now, sleep, pacingOf } = dependencies;
  if (given?.slotMs === undefined) return park(dependencies, outbound, noSlot({}));
  const waitMs = given.slotMs - now().getTime();
  if (waitMs > napSeconds * 1000) throw new WaitForSlot(waitMs, given.slotMs);
  if (waitMs > 0) await sleep(waitMs);
  const wanted = { now: now(), count: 1, withinMs: 1000 };
  const { conversation } = outbound;
  const { slots, ...account } = await reserveSlots(
    target.table,
    conversation,
    pacingOf(conversation),
    wanted,
  );
  const [slotMs] = slots;
  if (slotMs === undefined) return park(dependencies, outbound, noSlot({}));
  await sleep(Math.max(0, slotMs - now().getTime()));
  return { slotMs, afterPause: account.afterPause };
}

/** Waits behind a reply in `due`. A campaign's message with an agent's reply behind it goes as an agent's from then on. */
async function goBehind(
  dependencies: SendDependencies,
  outbound: Outbound,
  first: number,
): Promise<'parked' | 'moved'> {
  const { conversation, entry } = outbound;
  const reason = 'earlier_reply';
  if (isCampaign(entry)) return park(dependencies, outbound, { reason });
  const before = await readEntry(dependencies.target.table, conversation.id, first);
  if (before && isCampaign(before)) await release(dependencies, conversation, first);
  const behindMs = Date.parse(before?.delivery?.notBefore ?? '');
  return park(dependencies, outbound, { reason, ...(behindMs > 0 ? { behindMs } : {}) });
}

/**
 * Decides for a reply that was received behind one that waits for its slot on the queue. It takes its own slot now;
 * where that is right behind the slot of the first, both wait together and go in one run. Any later, it waits in `due`:
 * on the queue it would be received as often as there are replies before it. True when it waits in `due`.
 *
 * Behind one that waits for anything else it stays on the queue, and is told of where the wait is long.
 */
export async function waitBehind(
  dependencies: SendDependencies,
  outbound: Outbound,
  fault: RetryLater,
  given: Given | undefined,
): Promise<boolean> {
  const { conversation, entry } = outbound;
  const { delivery } = entry;
  if (delivery.state !== 'accepted' || delivery.notBefore !== undefined) return false;
  if (!(fault instanceof WaitForSlot)) {
    const expectedMs = dependencies.now().getTime() + fault.seconds * 1000;
    await tellRetry(dependencies, outbound, expectedMs, 'earlier_reply');
    return false;
  }
  const { slotMs: firstSlotMs } = fault;
  const first = firstWaiting(conversation);
  const isBehind = first !== undefined && first < entry.sequence;
  const behind = { reason: 'earlier_reply', behindMs: firstSlotMs } as const;
  if (isBehind || isCampaign(entry))
    return (await park(dependencies, outbound, behind)) === 'parked';
  const { slotMs, ...stop } = await slotOf(dependencies, outbound, given);
  if (slotMs !== undefined && slotMs - firstSlotMs <= napSeconds * 1000) {
    await waitForSlot(dependencies, outbound, slotMs);
    return false;
  }
  const cause = isStopped(stop) ? noSlot(stop) : behind;
  return (await park(dependencies, outbound, cause)) === 'parked';
}

/** A reply whose provider asked for a long wait waits in `due`, a short one on the queue. */
export async function awaitProvider(
  dependencies: SendDependencies,
  outbound: Outbound,
): Promise<'now' | 'parked' | 'moved'> {
  const untilMs = Date.parse(outbound.entry.delivery.notBefore ?? '');
  const waitMs = untilMs - dependencies.now().getTime();
  if (!(waitMs > 0)) return 'now';
  if (waitMs > dependencies.nearSeconds * 1000)
    return park(dependencies, outbound, { reason: 'retry', untilMs });
  await tellRetry(dependencies, outbound, untilMs);
  throw new RetryLater(waitMs / 1000, 'the provider asked to wait');
}

/**
 * Throws `RetryLater` while the next message of a reply has to wait after the one before it. Once that one is
 * delivered, nothing waits any more.
 */
export function awaitEarlierPart(
  { accounts, now }: Pick<SendDependencies, 'accounts' | 'now'>,
  { conversation, entry }: Outbound,
): void {
  const { connector, account } = conversation;
  const { part, attemptedAt } = entry.delivery;
  if (part === 0 || attemptedAt === undefined || !isConnectorId(connector)) return;
  const before = knownParts(entry).find((each) => each.part === part - 1);
  if (before && statusRank[before.status] > statusRank.sent) return;
  const sender = senders[connector];
  const { settings } = accountNamed(accounts, connector, account);
  const seconds = sender.partPauseSeconds(sender.readAccount(settings));
  const leftMs = Date.parse(attemptedAt) + seconds * 1000 - now().getTime();
  if (leftMs > 0) throw new RetryLater(leftMs / 1000, 'the message before it has just been sent');
}
