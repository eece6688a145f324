import type { WebhookItem, WebhookResponse } from '#shared/connector/webhook';
import { hashOf } from '#shared/ids';

type Json = Readonly<Record<string, unknown>>;

/** The one update of a webhook. Its members are looked at no further than its place among the others needs. */
export function itemOf(body: Buffer, bot: string): WebhookItem {
  const text = body.toString('utf8');
  const update = jsonIn(text);
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
  const press = (payload as Json)['callback_query'];
  const id = isObject(press) ? press['id'] : undefined;
  if (typeof id !== 'string') return { statusCode: 200 };
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ method: 'answerCallbackQuery', callback_query_id: id }),
  };
}

/** The chat of an update, or the user where it names no chat: what comes from there keeps its order. */
function placeOf(update: Json): string {
  for (const news of Object.values(update).filter(isObject)) {
    const pressed = isObject(news['message']) ? news['message']['chat'] : undefined;
    const place = [news['chat'], pressed, news['from'], news['user']].find(isObject);
    if (typeof place?.['id'] === 'number') return String(place['id']);
  }
  return 'none';
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
