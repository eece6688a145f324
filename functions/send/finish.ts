import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { joinParked } from '#shared/aws/store/channel-update';
import { failpoint } from '#shared/failpoint';
import type { Outbound } from './outbound.ts';

/**
 * The end of a reply that was sent: publishes it, then applies what had come for its provider id before anybody
 * here knew that id. Repeated after a crash; each step changes nothing the second time.
 */
export async function finishSent(target: PublishTarget, { meta, entry }: Outbound): Promise<void> {
  await publish(target, meta, entry);
  failpoint('send.afterPublish');
  const at = target.now().toISOString();
  for (const changed of await joinParked(target.table, meta, entry.providerMessageId, at)) {
    await publish(target, changed.meta, changed.entry);
  }
}
