import { readEntry, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { type Identity, identityKey } from '#shared/model/identity';
import type { TargetPlace } from './target.ts';

/**
 * The update without a consent of an address to which its message did not go. A report that comes as a mail proves that
 * its sender knows the message, and no more: each of several recipients could name another one. So it counts only where
 * the message had one recipient.
 */
export async function withCheckedConsent(
  table: Table,
  { conversationId, sequence }: TargetPlace,
  update: ChannelUpdate,
): Promise<ChannelUpdate> {
  if (update.kind !== 'status' || !update.consent || !update.consentOf) return update;
  const { consent: _, consentOf, ...status } = update;
  // The provider's own list.
  if (update.recipients?.includes(consentOf.address)) return update;
  const entry = await readEntry(table, conversationId, sequence);
  const { recipients = [], bcc = [] } = entry?.message ?? {};
  const all = [...recipients, ...bcc];
  return all.length === 1 && includes(all, consentOf) ? update : status;
}

function includes(identities: readonly Identity[], identity: Identity): boolean {
  return identities.some((each) => identityKey(each) === identityKey(identity));
}
