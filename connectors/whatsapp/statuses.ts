import { isObject } from '#shared/json/parsed-json';
import type { DeliveryStatus } from '#shared/model/delivery-status';
import { firstText } from './json-values.ts';

/** By Meta's name. `played` exists since November 2025 (voice messages). */
export const statuses: ReadonlyMap<string, DeliveryStatus> = new Map([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'played'],
  ['failed', 'failed'],
]);

/** Tells if a member of `statuses` is the status of a message, and of a kind that is known. */
export function isKnownStatus(member: unknown): boolean {
  if (!isObject(member) || firstText(member, 'id') === undefined) return false;
  return statuses.has(firstText(member, 'status') ?? '');
}
