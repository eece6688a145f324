import { channels } from '#test/faults/channels/channels';
import { checkMailThreads } from './check-mail-threads.ts';
import type { AckedMessage, Ledger } from './ledger.ts';
import { nameOfChange, type StoredEntry, type TableView } from './table-view.ts';

/** Every acknowledged message once, in the right account, in the order it was acknowledged; sequences without gaps. */
export function checkStored(ledger: Ledger, view: TableView): string[] {
  const byProviderId = new Map<string, StoredEntry[]>();
  for (const entry of [...view.entries.values()].flat()) {
    if (entry.item['delivery'] !== undefined) continue;
    const id = String(entry.item['providerMessageId']);
    byProviderId.set(id, [...(byProviderId.get(id) ?? []), entry]);
  }
  return [
    ...ledger.messages.flatMap((message) => checkMessage(message, ledger, byProviderId, view)),
    ...checkOrder(ledger, byProviderId),
    ...checkSequences(view),
    ...checkMailThreads(ledger, byProviderId),
    ...checkReactions(ledger, byProviderId),
    ...checkPoison(ledger, view, byProviderId),
  ];
}

function checkMessage(
  { providerId, customer, marker }: AckedMessage,
  { deleted }: Ledger,
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
  view: TableView,
): string[] {
  const found = stored.get(providerId) ?? [];
  if (found.length === 0) return [`lost: ${providerId} was acknowledged and is not stored`];
  if (found.length > 1) return [`stored ${found.length} times: ${providerId}`];
  const [entry] = found;
  const conversation = view.conversations.get(entry?.conversationId ?? '');
  const { connector, account } = customer.account;
  const wrong: string[] = [];
  if (conversation?.['connector'] !== connector || conversation['account'] !== account) {
    wrong.push(`in the wrong account: ${providerId}`);
  }
  const isWhole = JSON.stringify(entry?.item ?? '').includes(marker);
  if (!isWhole && !deleted.has(providerId)) wrong.push(`with other words: ${providerId}`);
  return wrong;
}

/** Of two messages of one customer, the one acknowledged before the other was posted stands first. */
function checkOrder(
  { messages }: Ledger,
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
): string[] {
  const byCustomer = Map.groupBy(
    messages.filter(({ customer }) => channels[customer.account.connector].keepsOrder),
    ({ customer }) =>
      `${customer.account.connector}/${customer.account.account}/${customer.address}`,
  );
  const violations: string[] = [];
  for (const own of byCustomer.values()) {
    const placed = own
      .map((message) => ({ message, at: stored.get(message.providerId)?.[0]?.sequence ?? 0 }))
      .toSorted((a, b) => a.at - b.at);
    for (const [index, { message: later }] of placed.entries()) {
      const overtaken = placed.slice(0, index).find(({ message }) => isBefore(later, message));
      if (overtaken)
        violations.push(`out of order: ${told(later)} after ${told(overtaken.message)}`);
    }
  }
  return violations;
}

function told({ providerId, webhook, position, startedAt, ackedAt }: AckedMessage): string {
  const times = [startedAt, ackedAt].map(Math.round).join(' to ');
  return `${providerId} (${position} in webhook ${webhook}, ${times})`;
}

/** Acknowledged before the other was posted, or before it in the same webhook. */
function isBefore(first: AckedMessage, second: AckedMessage): boolean {
  if (first.ackedAt < second.startedAt) return true;
  return first.webhook === second.webhook && first.position < second.position;
}

function checkSequences({ conversations, entries }: TableView): string[] {
  const violations: string[] = [];
  for (const [id, conversation] of conversations) {
    const sequences = (entries.get(id) ?? []).map(({ sequence }) => sequence);
    const gap = sequences.findIndex((sequence, index) => sequence !== index + 1);
    if (gap >= 0) violations.push(`${id}: sequence ${sequences[gap]} stands at place ${gap + 1}`);
    if (conversation['sequence'] !== sequences.length) {
      violations.push(
        `${id}: ${sequences.length} entries, counted ${String(conversation['sequence'])}`,
      );
    }
  }
  return violations;
}

/** Each reaction stands with its message, whichever of the two came first. */
function checkReactions(
  { reactions, messages }: Ledger,
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
): string[] {
  const known = new Set(messages.map(({ providerId }) => providerId));
  return [...reactions]
    .filter(([, target]) => known.has(target))
    .filter(([id, target]) => {
      const { recent = [] } = (stored.get(target)?.[0]?.item ?? {}) as { recent?: string[] };
      return !recent.some((each) => each.endsWith(nameOfChange(id)));
    })
    .map(([id]) => `lost: the reaction ${id}`);
}

const maxResidentBytes = 450 * 1024 * 1024;

/** Refused with a 4xx, or taken and then stored or set aside; never lost, never with unbounded memory. */
function checkPoison(
  { poison }: Ledger,
  view: TableView,
  stored: ReadonlyMap<string, readonly StoredEntry[]>,
): string[] {
  const nameless = poison.filter(({ status, id }) => status < 300 && id === undefined);
  const isKept = (id: string) =>
    stored.has(id) || view.quarantined.some((body) => body.includes(id));
  return [
    ...(nameless.length > view.quarantined.length
      ? [`${nameless.length} unreadable bodies taken, ${view.quarantined.length} set aside`]
      : []),
    ...poison
      .filter(({ status }) => status >= 500)
      .map(({ name, status }) => `poison (${name}) was answered ${status}`),
    ...poison
      .filter(({ residentBytes }) => residentBytes > maxResidentBytes)
      .map(({ name, residentBytes }) => `poison (${name}): ${Math.round(residentBytes / 1e6)} MB`),
    ...poison
      .filter(({ status, id }) => status < 300 && id !== undefined && !isKept(id))
      .map(({ name }) => `poison (${name}) was taken and is nowhere`),
  ];
}
