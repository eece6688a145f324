import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import type { Changed } from '#shared/aws/store/update/apply';
import { joinParked } from '#shared/aws/store/update/apply-parked';
import { failpoint } from '#shared/failpoint';
import { knownParts } from '#shared/table/parts';
import type { Outbound } from './outbound.ts';

/**
 * The end of a reply: publishes it, then applies what had come for its provider ids before anybody here knew them.
 * Repeated after a crash; each step changes nothing the second time.
 */
export async function finish(target: PublishTarget, outbound: Outbound): Promise<void> {
  await publish(target, outbound.meta, outbound.entry);
  failpoint('send.afterPublish');
  await joinParts(target, outbound);
}

/** Applies what had come for the parts that were sent, and publishes what that changed. */
export async function joinParts(target: PublishTarget, { meta, entry }: Outbound): Promise<void> {
  const at = target.now().toISOString();
  const ids = knownParts(entry).flatMap(({ providerMessageId }) => providerMessageId ?? []);
  const tell = (told: Changed) => publish(target, told.meta, told.entry);
  let changed: Changed | undefined;
  for (const id of new Set(ids)) {
    changed = (await joinParked(target.table, meta, id, at, tell)).at(-1) ?? changed;
  }
  // All of them first: each publishing tells everything that is not told yet.
  if (changed) await tell(changed);
}
