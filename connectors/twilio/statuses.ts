import type { DeliveryStatus } from '#shared/model/delivery-status';

/** Maps Twilio's states to delivery statuses; `undefined`: the answer to the send has said the same. */
export const statuses: ReadonlyMap<string, DeliveryStatus | undefined> = new Map([
  ['scheduled', undefined],
  ['accepted', undefined],
  ['queued', undefined],
  ['sending', undefined],
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['undelivered', 'failed'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
  ['partially_delivered', 'failed'],
]);
