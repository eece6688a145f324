import { isObject } from '#shared/json';
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

/** One attempt to send one part of one of our messages. */
interface SentPart {
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
}

/** Our ids in the one text Meta repeats in statuses (`biz_opaque_callback_data`, at most 512 characters). */
export function callbackData({ messageId, part, attempt }: SentPart): string {
  return `${messageId}.${part}.${attempt}`;
}

/** Reads what `callbackData` wrote; undefined for a text another system gave its own messages. */
export function readCallbackData(text: string): SentPart | undefined {
  const match = /^([\w-]{1,128})\.(\d{1,4})\.(\d{1,4})$/.exec(text);
  if (!match?.[1]) return undefined;
  return { messageId: match[1], part: Number(match[2]), attempt: Number(match[3]) };
}
