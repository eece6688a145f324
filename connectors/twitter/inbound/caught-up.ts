import type { Queued } from '#connectors/twitter/payload';
import type { OwnMetadata } from '#shared/model/metadata-name';

/** Marks a message that a list brought after a gap: it may stand behind younger ones, and `occurredAt` tells its time. */
export function caughtUpMark({ caughtUp }: Queued): OwnMetadata {
  return caughtUp ? { caughtUp: 'true' } : {};
}
