import { appendAlert } from '#shared/aws/store/publishing/alert';
import { clearDirty } from '#shared/aws/store/publishing/dirty';
import type { ChannelAlert } from '#shared/connector/channel-event';
import { type PublishTarget, publish } from './publish.ts';

/** The account that an alert is of, and the time when the alert came. */
interface AlertOrigin {
  readonly connector: string;
  readonly account: string;
  /** ISO 8601. */
  readonly receivedAt: string;
}

/**
 * Appends an alert to the feed of its account and publishes it. A crash between the two leaves it to the sweep, which
 * finds the mark that was stored with it; on the good path the mark is taken off at once.
 */
export async function tellAlert(
  target: PublishTarget,
  origin: AlertOrigin,
  alert: ChannelAlert,
): Promise<void> {
  const { conversation, entry } = await appendAlert(target.table, origin, alert);
  await publish(target, conversation, entry);
  const { id, sequence, dirtySince, dirtyEntries } = conversation;
  if (dirtySince === undefined || dirtyEntries === undefined) return;
  await clearDirty(target.table, id, { dirtySince, sequence, entries: dirtyEntries });
}
