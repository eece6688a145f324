import type { ChannelMessage } from '#shared/connector/channel-event';
import { distinctIdentities, type Identity, identityKey } from '#shared/model/identity';
import type { MetaItem } from '#shared/table/items';

/**
 * What a message changes of what its conversation knows of the customer; null where something is to be removed.
 * Everything by the provider's clock: what comes late is remembered and decides nothing.
 */
export function customerChanges(
  meta: MetaItem,
  message: ChannelMessage | undefined,
  occurredAt: string,
): Record<string, unknown> {
  if (!message) return {};
  const handled = handledChanges(meta, message, occurredAt);
  if (message.direction !== 'inbound') return handled;
  const { displayName, username } = message.customer;
  return {
    ...handled,
    ...addressChanges(meta, message, occurredAt),
    ...(displayName && displayName !== meta.customerName ? { customerName: displayName } : {}),
    ...(username && username !== meta.customerUsername ? { customerUsername: username } : {}),
  };
}

/** The address a customer wrote from last is the one to answer; the others stay known. */
function addressChanges(
  meta: MetaItem,
  { customer, replacesIdentities, assertsIdentities = [] }: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  const known = meta.customerIdentities;
  const isNewest = occurredAt >= (meta.addressedAt ?? meta.openedAt);
  const { identities } = customer;
  const customerIdentities = distinctIdentities(
    isNewest
      ? [...identities, ...known, ...assertsIdentities]
      : [...known, ...identities, ...assertsIdentities],
  );
  const keysOf = (all: readonly Identity[]) => all.map(identityKey).join();
  const isSame = keysOf(customerIdentities) === keysOf(known);
  if (isSame && !(replacesIdentities && isNewest)) return {};
  return { customerIdentities, ...(isNewest ? { addressedAt: occurredAt } : {}) };
}

/**
 * Nothing is written where no automatic agent has ever had the conversation; then whatever is newer than the agent's
 * first word, a reply of ours too, came from people.
 */
function handledChanges(
  meta: MetaItem,
  { handledBy }: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  if (handledBy === undefined || occurredAt < (meta.handledAt ?? meta.lastActivityAt)) return {};
  if (handledBy === 'people' && meta.handledAt === undefined) return {};
  const isSame = handledBy === (meta.handledBy ?? 'people');
  return {
    handledAt: occurredAt,
    ...(isSame ? {} : { handledBy: handledBy === 'people' ? null : handledBy }),
  };
}
