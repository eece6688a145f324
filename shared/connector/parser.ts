import type { ChannelEvent } from './channel-event.ts';

export interface ParseInput {
  /** The `payload` of one `WebhookItem`, after its way through the queue. */
  readonly payload: unknown;
  /** The account's settings as its own schema read them. */
  readonly account: unknown;
  /** The body kept beside the queue message, where there is one (a mail in S3). */
  readonly raw?: Uint8Array;
  /** True for an item that was held back as the account's settings say, and that a person has let in since. */
  readonly released?: boolean;
}

/**
 * Reads one item into canonical values: pure, no AWS, no clock, no environment.
 *
 * Throws `ConnectorError('unreadable_payload')` for an item that no schema can read; it is then quarantined with its
 * reason. A type it does not know is not a fault: it becomes content of type `unsupported` with the raw kept.
 */
export type Parse = (
  input: ParseInput,
) => readonly ChannelEvent[] | Promise<readonly ChannelEvent[]>;
