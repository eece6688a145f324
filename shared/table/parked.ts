import type { ChannelUpdate } from '#shared/connector/channel-event';
import { hashOf } from '#shared/ids';
import type { ParkedUpdate, ReferenceItem } from './items.ts';

/** Tells an update of one message from its others, in a few bytes. */
export function parkedMark(updateId: string): string {
  return Buffer.from(hashOf(updateId).slice(0, 16), 'hex').toString('base64url');
}

/**
 * An update as it waits for its message. Fields of a status that its message will say again are removed, so that three
 * of them fit the kilobyte of one write unit: its target, the provider's id at the beginning of its own, and the time
 * it was received, where the provider tells the time it happened. The content of an edit is an item of its own: a list
 * of many would not fit into the reference.
 */
export function toPark(
  update: ChannelUpdate,
  providerId: string,
  receivedAt: string,
): Omit<ParkedUpdate, 'id'> {
  if (update.kind === 'edit') {
    const { content: _, text: __, ...told } = update;
    return { ...told, receivedAt };
  }
  if (update.kind !== 'status') return { ...update, receivedAt };
  const { target: _, accountTroubles: __, id, ...told } = update;
  const isPrefixed = id.startsWith(providerId);
  return {
    ...told,
    ...(isPrefixed ? { idEnd: id.slice(providerId.length) } : { id }),
    ...(update.occurredAt === undefined ? { receivedAt } : {}),
  };
}

/** The updates parked on the reference of a provider's id, whole again but for their target. */
export function parkedOn(reference: ReferenceItem | undefined, providerId: string) {
  return (reference?.parked ?? []).map(({ idEnd, ...parked }) => ({
    ...parked,
    id: parked.id ?? `${providerId}${idEnd ?? ''}`,
  }));
}
