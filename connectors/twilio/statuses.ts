import type { DeliveryStatus } from '#shared/model/delivery-status';

/** What Twilio's states say to an agent; `undefined`: nothing that the answer to the send did not say. */
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
