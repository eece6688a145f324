import { unreadableItem } from '#connectors/twitter/item';
import type { WebhookItem } from '#shared/connector/webhook';
import { type JsonObject, objectOf, parsedJson } from '#shared/json';
import { splitAccountActivity } from './account-activity.ts';
import { splitActivity } from './x-activity.ts';

/**
 * Splits one authentic body into one item for each event, in the body's order. X Activity API bodies carry `data`;
 * without it the body is taken for the older Account Activity API, which X still documents beside it. `ownUserId`
 * stands in where an event names none of our users.
 */
export function splitBody(body: Buffer, ownUserId: string): readonly WebhookItem[] {
  const text = body.toString('utf8');
  const envelope = envelopeIn(text);
  if (!envelope) return [unreadableItem(ownUserId, text, 'the body is no JSON object')];
  return 'data' in envelope
    ? splitActivity(envelope['data'], ownUserId)
    : splitAccountActivity(envelope, ownUserId);
}

function envelopeIn(text: string): JsonObject | undefined {
  const fields = objectOf(exactJson(text));
  return Object.keys(fields).length > 0 ? fields : undefined;
}

/**
 * Reads JSON with integers beyond 2^53, which only ids are, as their exact text: X writes some ids as numbers. A body
 * nested deeper than the stack is read without that.
 */
function exactJson(text: string): unknown {
  try {
    return JSON.parse(text, exactInteger as (key: string, value: unknown) => unknown);
  } catch {
    return parsedJson(text);
  }
}

function exactInteger(_key: string, value: unknown, { source }: { readonly source?: string }) {
  const isCut = Number.isInteger(value) && !Number.isSafeInteger(value);
  return isCut && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}
