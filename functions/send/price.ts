import { priceMicros } from '#shared/model/price';
import type { Delivery } from '#shared/table/state';
import type { Prepared } from './outbound.ts';

/** The estimated price of a reply and of one of its parts; nothing where the provider does not charge by the use. */
export function priceOf(
  { sender, requests, prices }: Prepared,
  part: number,
): { readonly price?: NonNullable<Delivery['price']> } {
  if (!prices) return {};
  const used = sender.usesOf(requests[part]);
  return {
    price: {
      asOf: prices.asOf,
      micros: priceMicros(prices, requests.flatMap(sender.usesOf)),
      partMicros: priceMicros(prices, used),
      uses: Object.fromEntries(used.map(({ use, count }) => [use, count])),
    },
  };
}
