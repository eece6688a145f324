import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';
import { hashOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import { identityKey } from '#shared/model/identity';
import type { IngressMessage } from '#shared/model/ingress';
import type { ReplayItem } from './item.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { readEvents } from './read.ts';
import type { Selection } from './selection.ts';
import type { ReplayStack } from './stack.ts';

/** One item with what a replay would do with it. */
export interface Planned extends ReplayItem {
  readonly outcomes: readonly Outcome[];
  /** The message that a held item is, or would be if it was let in. */
  readonly letter?: Letter;
  /** The reason why it cannot be read now either. */
  readonly unreadable?: string;
  /** The item to put on the queue; absent where a replay would change nothing. */
  readonly replay?: { readonly item: IngressMessage; readonly groupId: string };
}

/** The sender of a message, and its subject or the beginning of its text. */
export interface Letter {
  readonly sender: string;
  readonly subject: string;
}

/**
 * Compares items with what is stored; the oldest first, each once: a replayed item may have been archived a second
 * time, and one that was too large for its message stands in the archive.
 */
export async function planReplay(
  stack: ReplayStack,
  given: readonly ReplayItem[],
  { since, signal }: Pick<Selection, 'since'> & { readonly signal: AbortSignal },
): Promise<Planned[]> {
  const items = new Map<string, ReplayItem>();
  for (const item of given) {
    if (since && timeOf(item) < since.toISOString()) continue;
    const name = nameOf(item);
    if (!items.has(name)) items.set(name, item);
  }
  const planned: Planned[] = [];
  for (const item of [...items.values()].toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)))) {
    signal.throwIfAborted();
    planned.push(await planOne(stack, item));
  }
  return planned;
}

async function planOne(stack: ReplayStack, given: ReplayItem): Promise<Planned> {
  const { item } = given;
  if (!item) {
    return { ...given, outcomes: [], unreadable: given.damaged ?? 'not an ingress message' };
  }
  const events = await readEvents(stack, item);
  if (typeof events === 'string') return { ...given, outcomes: [], unreadable: events };
  const letter = given.quarantined?.held ? await letterOf(stack, item, events) : undefined;
  const outcomes: Outcome[] = [];
  for (const event of events) outcomes.push(await outcomeOf(stack.table, item, event));
  const changes = outcomes.some(({ outcome }) => outcome === 'new' || outcome === 'changed');
  return {
    ...given,
    outcomes,
    ...(letter ? { letter } : {}),
    ...(changes ? { replay: { item, groupId: groupOf(item, events) } } : {}),
  };
}

/** People decide by the sender and the subject if a held item is let in. */
async function letterOf(
  stack: ReplayStack,
  item: IngressMessage,
  events: readonly ChannelEvent[],
): Promise<Letter | undefined> {
  const letIn = item.released ? events : await readEvents(stack, { ...item, released: true });
  const message = typeof letIn === 'string' ? undefined : letIn.find(isMessage);
  if (!message) return undefined;
  const { customer, subject, text } = message;
  return { sender: customer.identities[0].address, subject: subject ?? text };
}

function isMessage(event: ChannelEvent): event is ChannelMessage {
  return event.kind === 'message';
}

/**
 * The group of a replayed item. The one it first had is not kept with it, and is not needed: what is stored keeps
 * its number, and an update waits for its message. Only messages that are new to the table must keep their order
 * among each other, so one customer's share a group; everything else is a group of its own.
 */
function groupOf(
  { connector, account, deduplicationId }: IngressMessage,
  events: readonly ChannelEvent[],
): string {
  const message = events.find(isMessage);
  const whose = message ? identityKey(message.customer.identities[0]) : deduplicationId;
  return hashOf(connector, account, 'replay', whose);
}

/** The time of an item. One that cannot be read and has none passes for new: no `--since` leaves it out. */
function timeOf({ item, quarantined, damaged }: ReplayItem): string {
  return quarantined?.at ?? item?.receivedAt ?? (damaged === undefined ? '' : '~');
}

/** The same item, whether it came from a webhook or from an earlier replay. */
function nameOf({ item, uri, messageId }: ReplayItem): string {
  if (!item) return uri ?? messageId ?? '';
  const { replay: _, released: __, ...original } = item;
  return hashOf(canonicalJson(original));
}
