import * as z from 'zod/mini';
import { ConnectorError } from './errors.ts';
import { canonicalJson } from './json.ts';

/**
 * The version of the messages on our own queues (ingress, statuses, outbound, media). A release reads the version of the
 * next one before that one writes it (docs/decisions/0013-formats-have-numbers.md).
 */
export const queueVersion = 1;

/** The body of a queue message: its fields, and the version. */
export function queueBody(message: object): string {
  return canonicalJson({ version: queueVersion, ...message });
}

const Versioned = z.looseObject({ version: z.number() });

/**
 * Reads the JSON of a body. Throws `unavailable` for a message of a newer release, which then stays on the queue, or
 * among the dead letters, until a release that can read it; a SyntaxError for a body that is no JSON.
 */
export function readQueueBody(body: string): unknown {
  const value: unknown = JSON.parse(body);
  const { version = queueVersion } = Versioned.safeParse(value).data ?? {};
  if (version <= queueVersion) return value;
  const reason = `a queue message of version ${version}; this release reads up to ${queueVersion}`;
  throw new ConnectorError('unavailable', reason);
}
