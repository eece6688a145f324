import { OrderBody } from '#connectors/whatsapp/payload';
import type { JsonObject } from '#shared/json';
import { omitUndefined } from '#shared/json';
import type { ReadContent } from './read-content.ts';

/** A cart sent from the business's catalogue. */
export function readOrder(message: JsonObject): ReadContent | undefined {
  const read = OrderBody.safeParse(message['order']);
  if (!read.success) return undefined;
  const { catalog_id: catalogId, text, product_items } = read.data;
  const items = product_items.map((item) =>
    omitUndefined({
      productId: item.product_retailer_id,
      quantity: item.quantity,
      unitPrice: item.item_price,
      currency: item.currency,
    }),
  );
  const lines = items.map(({ productId, quantity }) => `${quantity ?? '?'} × ${productId}`);
  return {
    content: { type: 'order', items, ...omitUndefined({ catalogId, text }) },
    text: [text, ...lines].filter((line) => line !== undefined).join('\n'),
    attachments: [],
  };
}
