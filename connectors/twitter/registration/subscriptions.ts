import type { TwitterApi } from 'twitter-api-v2';
import { type Refusal, refusalOf } from '#connectors/twitter/api/refusals';
import type { PriceTable } from '#shared/model/price';
import { createSubscription, moveSubscription, type Subscription, type Webhook } from './calls.ts';
import { costOf, type EventKind } from './events.ts';
import type { Tell } from './webhook.ts';

/** The data of the subscriptions of one webhook. */
export interface Subscribing {
  readonly app: TwitterApi;
  /** The clients in the account's own name, in the order in which they are tried. */
  readonly users: readonly TwitterApi[];
  readonly userId: string;
  readonly webhookId: string;
  readonly others: readonly Webhook[];
  readonly prices: PriceTable | undefined;
  readonly tell: Tell;
}

/** The subscription to a kind of event that delivers to a webhook; else one that delivers elsewhere. */
export function subscriptionTo(
  { type, isOfApp }: EventKind,
  listed: readonly Subscription[],
  userId: string,
  webhookId: string,
): Subscription | undefined {
  const fitting = listed.filter(
    ({ event_type, filter }) => event_type === type && (isOfApp || filter.user_id === userId),
  );
  return fitting.find((each) => each.webhook_id === webhookId) ?? fitting[0];
}

/** Subscribes to each kind that is missing, one call after the other. The first refusal that holds for all ends it. */
export async function subscribeAll(
  kinds: readonly EventKind[],
  listed: readonly Subscription[],
  context: Subscribing,
): Promise<void> {
  let ended: Refusal | undefined;
  for (const kind of kinds) {
    const refusal = ended ?? (await subscribe(kind, listed, context));
    if (!refusal) continue;
    const { reason, says, next } = refusal;
    const state = kind.need === 'useful' ? 'note' : 'wrong';
    const because = ended ? 'not asked for' : says;
    context.tell({ subject: kind.type, state, reason, says: because, next });
    if (refusal.isForAll) ended = refusal;
  }
}

/** Makes one subscription, or says why there is none. */
async function subscribe(
  kind: EventKind,
  listed: readonly Subscription[],
  context: Subscribing,
): Promise<Refusal | undefined> {
  const { app, userId, webhookId, others, prices, tell } = context;
  const found = subscriptionTo(kind, listed, userId, webhookId);
  const about = `${kind.brings}${costOf(kind, prices)}`;
  const told = (state: 'ok' | 'done', says: string, id: string | undefined) =>
    tell({ subject: kind.type, state, says: `${says}: ${about}`, ...(id ? { id } : {}) });
  if (found?.webhook_id === webhookId) {
    told('ok', 'subscribed already', found.subscription_id);
    return undefined;
  }
  const elsewhere = others.find(({ id }) => id === found?.webhook_id);
  if (found && elsewhere) return deliveredElsewhere(elsewhere);
  try {
    if (found) {
      await moveSubscription(app, found.subscription_id, webhookId);
      told('done', 'subscribed, and now delivered here', found.subscription_id);
    } else {
      told('done', 'subscribed', await create(kind, context));
    }
    return undefined;
  } catch (fault) {
    return refusalOf(fault);
  }
}

/** X takes one subscription for each user and kind, so this one is not taken from the webhook that has it. */
function deliveredElsewhere({ url }: Webhook): Refusal {
  return {
    reason: 'delivered_elsewhere',
    says: `the app has this subscription for another webhook: ${url}`,
    next: `where that is not used any more: ./switchboard webhooks remove --url ${url}, then call this again`,
    isForAll: false,
  };
}

/**
 * Asks with each of the tokens that may do it, until one is taken: X's documents ask for OAuth 2, and OAuth 1.0a is
 * what has worked. The last refusal is thrown, or the first where it holds for all.
 */
async function create(
  { type, isPrivate, isOfApp }: EventKind,
  { app, users, userId, webhookId }: Subscribing,
): Promise<string | undefined> {
  const clients = isPrivate ? users : [app, ...users];
  const wanted = { event_type: type, webhook_id: webhookId, ...(isOfApp ? {} : { userId }) };
  let last: unknown;
  for (const client of clients) {
    try {
      return await createSubscription(client, wanted);
    } catch (fault) {
      last = fault;
      if (!anotherTokenMayDo(refusalOf(fault))) break;
    }
  }
  throw last;
}

function anotherTokenMayDo({ reason }: Refusal): boolean {
  return [
    'credentials_rejected',
    'not_permitted',
    'permission_missing',
    'authentication_not_supported',
  ].includes(reason);
}
