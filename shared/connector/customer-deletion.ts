import type { Channel } from '#shared/model/channel';
import type { Customer } from './channel-event.ts';

/**
 * The provider has deleted a user and asks that everything of them is deleted: every message that this customer wrote
 * on the channel loses its text and its files, and the contact its names.
 */
export interface CustomerDeletion {
  readonly kind: 'customer_deletion';
  /** Unique within connector and account. */
  readonly id: string;
  readonly channel: Channel;
  /** By their addresses alone. */
  readonly customer: Customer;
  readonly occurredAt?: string;
}
