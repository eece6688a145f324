import type { WebhookItem, WebhookResponse } from '#shared/connector/webhook';
import { hashOf } from '#shared/ids';
import { isObject, type JsonObject, parsedJson } from '#shared/json';

/** The one update of a webhook. Its members are looked at no further than its place among the others needs. */
export function itemOf(body: Buffer, bot: string): WebhookItem {
  const text = body.toString('utf8');
  const update = parsedJson(text);
  const id = isObject(update) ? update['update_id'] : undefined;
  if (isObject(update) && Number.isSafeInteger(id)) {
    return { groupKey: [bot, placeOf(update)], deduplicationId: String(id), payload: update };
  }
  const unreadable = isObject(update) ? 'no update_id' : 'not a JSON object';
  return {
    groupKey: [bot, 'unreadable'],
    deduplicationId: hashOf(text),
    payload: { body: text },
    unreadable,
  };
}

/**
 * The answer to the webhook. It may carry one call of the API ("Making requests when getting updates"): the press of
 * a button is confirmed, so that it stops showing that it waits.
 */
export function answerTo({ payload }: WebhookItem): WebhookResponse {
  const press = (payload as JsonObject)['callback_query'];
  const id = isObject(press) ? press['id'] : undefined;
  if (typeof id !== 'string') return { statusCode: 200 };
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'answerCallbackQuery', callback_query_id: id }),
  };
}

/** The chat of an update, or the user where it names no chat: what comes from there keeps its order. */
function placeOf(update: JsonObject): string {
  for (const member of Object.values(update).filter(isObject)) {
    const pressed = isObject(member['message']) ? member['message']['chat'] : undefined;
    const place = [member['chat'], pressed, member['from'], member['user']].find(isObject);
    if (typeof place?.['id'] === 'number') return String(place['id']);
  }
  return 'none';
}
