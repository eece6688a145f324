import { appendMessage } from '#shared/aws/store/append/append';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { Identity } from '#shared/model/identity';
import { IdentityItem } from '#shared/table/items';
import { identityItemKey } from '#shared/table/keys';
import { origin, phone, textMessage } from '#test/store/messages';

export { phone };

export function bsuid(address: string): Identity {
  return { channel: 'whatsapp', kind: 'bsuid', scope: '', address };
}

export type Addresses = readonly [Identity, ...Identity[]];

/** The provider's clock, in minutes of one day. */
export function at(minute: number): string {
  return new Date(Date.parse('2026-11-20T00:00:00.000Z') + minute * 60_000).toISOString();
}

/** A message of a customer under these addresses. */
export function written(
  id: string,
  minute: number,
  identities: Addresses,
  more: Partial<ChannelMessage> = {},
): ChannelMessage {
  const occurredAt = at(minute);
  return textMessage(id, id, { customer: { identities }, occurredAt, ...more });
}

/** The provider's notice that addresses have replaced others. */
export function changed(
  id: string,
  minute: number,
  previous: readonly Identity[],
  current: Addresses,
): ChannelMessage {
  return written(id, minute, current, {
    replacesIdentities: previous,
    opensReplyWindow: false,
    content: { type: 'notice', kind: 'user_changed_number' },
  });
}

export async function append(table: Table, message: ChannelMessage) {
  return appendMessage(table, origin, message);
}

export async function itemOf(table: Table, identity: Identity): Promise<IdentityItem | undefined> {
  return readItem(table, IdentityItem, identityItemKey(identity), true);
}

/** Every order of the list. */
export function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}
