import { microsPerDollar, type PriceTable, priceMicros } from '#shared/model/price';

/** One kind of event of the X Activity API. */
export interface EventKind {
  readonly type: string;
  readonly brings: string;
  /** A private event needs the account's own authorization; a public one takes the app's. */
  readonly isPrivate: boolean;
  /** `useful` is asked for too, and the channel works where X refuses it. */
  readonly need: 'needed' | 'useful' | 'optional';
  /** It is about the app, so no user is named. */
  readonly isOfApp?: true;
}

/**
 * The kinds of events that the channel lives on. X's documentation names `oauth.revoke`, its OpenAPI (2.167) does not
 * yet, so a refusal of it is no failure: a revoked access is then noticed by the 401 of the next call.
 */
export const eventKinds: readonly EventKind[] = [
  kind('dm.received', "customers' direct messages"),
  kind('dm.sent', 'proof that ours arrived, and answers typed in the X app'),
  kind('post.mention.create', 'posts that mention the account'),
  kind('post.reply.create', "direct answers to the account's posts"),
  kind('post.quote.create', 'posts that quote the account'),
  { ...kind('post.create', 'proof that our public answers are out'), isPrivate: false },
  { ...kind('post.delete', "deletions of the account's posts"), isPrivate: false },
  {
    ...kind('oauth.revoke', 'an alert when the account withdraws its access'),
    ...{ isPrivate: false, need: 'useful', isOfApp: true },
  },
  {
    ...kind('chat.received', 'an alert for encrypted messages, which cannot be read'),
    ...onDemand(),
  },
  { ...kind('dm.read', 'read receipts of direct messages, which are counted only'), ...onDemand() },
];

export const optionalEvents: readonly string[] = eventKinds.flatMap(({ type, need }) =>
  need === 'optional' ? [type] : [],
);

/** The price of each event of a kind, in words; empty where the table does not name it. */
export function costOf({ type }: EventKind, prices: PriceTable | undefined): string {
  if (prices?.perUse[type] === undefined) return '';
  const dollars = priceMicros(prices, [{ use: type, count: 1 }]) / microsPerDollar;
  return dollars === 0 ? ', free' : `, ${dollars.toFixed(3)} $ each (${prices.asOf})`;
}

function kind(type: string, brings: string): EventKind {
  return { type, brings, isPrivate: true, need: 'needed' };
}

function onDemand() {
  return { need: 'optional' } as const;
}
