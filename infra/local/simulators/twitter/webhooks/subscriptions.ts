import * as z from 'zod';
import type { ApiAnswer } from '#infra/local/simulators/simulator';
import {
  invalidRequest,
  json,
  notFound,
  problem,
  readBody,
  readQuery,
} from '#infra/local/simulators/twitter/answers';
import { appOf, type Call } from '#infra/local/simulators/twitter/call';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { PaginationToken, pageOf } from '#infra/local/simulators/twitter/messages/page';
import { eventTypes, isPrivate } from './event-types.ts';
import type { Subscription } from './registered.ts';
import { webhookOf } from './registry.ts';

const Id = z.string().regex(/^[0-9]{1,19}$/);
const Tag = z.string().min(1).max(200);

const Subscribe = z.strictObject({
  event_type: z.enum(eventTypes),
  filter: z.strictObject({
    user_id: z.string().optional(),
    direction: z.enum(['inbound', 'outbound']).optional(),
    keyword: z.string().optional(),
  }),
  tag: Tag.optional(),
  webhook_id: Id.optional(),
});
const Update = z.strictObject({ tag: Tag.optional(), webhook_id: Id.optional() });
const ListQuery = z.strictObject({
  max_results: z.coerce.number().int().min(1).max(1000).default(1000),
  pagination_token: PaginationToken.optional(),
});
const Ids = z.strictObject({
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(Id).min(1).max(100)),
});

type Wanted = z.output<typeof Subscribe>;

/** `POST /2/activity/subscriptions`; a private event needs the authorisation of the user it is about. */
export function subscribe(call: Call): ApiAnswer {
  const read = readBody(Subscribe, call.request);
  if ('refusal' in read) return read.refusal;
  const refusal = refusalOf(read.value, call);
  if (refusal) return refusal;
  const { event_type: eventType, filter, tag, webhook_id: webhookId } = read.value;
  const { world, state, account } = call;
  const now = world.now();
  const { user_id, direction } = filter;
  const made: Subscription = {
    ...{ id: state.nextId(now), app: appOf(account), eventType, tag, webhookId },
    filter: { ...(user_id ? { user_id } : {}), ...(direction ? { direction } : {}) },
    ...{ createdAt: now, updatedAt: now },
  };
  state.subscriptions.set(made.id, made);
  return json(200, answered(made, call));
}

function refusalOf(wanted: Wanted, call: Call): ApiAnswer | undefined {
  const { event_type: eventType, filter, webhook_id: webhookId } = wanted;
  if (eventType !== 'oauth.revoke' && filter.user_id === undefined) {
    return invalidRequest('$.filter: user_id is required');
  }
  const isTheirs = call.caller.way !== 'app' && filter.user_id === call.account.address;
  if (isPrivate(eventType) && !isTheirs) return needsUser;
  if (webhookId !== undefined && !webhookOf(call, webhookId)) {
    return invalidRequest('WebhookIdInvalid: no such webhook of this app');
  }
  const own = subscriptionsOf(call);
  if (own.some((each) => isSame(each, wanted))) {
    return invalidRequest('DuplicateSubscriptionFailed: Subscription already exists');
  }
  const { subscriptionLimit } = conditionsOf(call.world);
  return own.length < subscriptionLimit
    ? undefined
    : invalidRequest(`SubscriptionLimitExceeded: the app may have ${subscriptionLimit}`);
}

function isSame({ eventType, webhookId, filter }: Subscription, wanted: Wanted): boolean {
  return (
    eventType === wanted.event_type &&
    webhookId === wanted.webhook_id &&
    filter.user_id === wanted.filter.user_id &&
    filter.direction === wanted.filter.direction
  );
}

const needsUser = problem(
  403,
  'Forbidden',
  'Subscriptions to private events need the authorization of the user they are about.',
);

/** `GET /2/activity/subscriptions` */
export function listSubscriptions(call: Call): ApiAnswer {
  const read = readQuery(ListQuery, call.request);
  if ('refusal' in read) return read.refusal;
  const { max_results, pagination_token } = read.value;
  const all = subscriptionsOf(call);
  const { items, meta } = pageOf(all, max_results, pagination_token);
  const data = items.length > 0 ? { data: items.map(shown) } : {};
  return json(200, { ...data, meta: { ...meta, total_subscriptions: all.length } });
}

/** `PUT /2/activity/subscriptions/{id}` */
export function updateSubscription(call: Call): ApiAnswer {
  const read = readBody(Update, call.request);
  if ('refusal' in read) return read.refusal;
  const found = subscriptionOf(call, call.ids[0]);
  if (!found) return notFound;
  const { tag = found.tag, webhook_id: webhookId = found.webhookId } = read.value;
  if (webhookId !== undefined && !webhookOf(call, webhookId)) {
    return invalidRequest('WebhookIdInvalid: no such webhook of this app');
  }
  Object.assign(found, { tag, webhookId, updatedAt: call.world.now() });
  return json(200, answered(found, call));
}

/** `DELETE /2/activity/subscriptions/{id}` */
export function deleteSubscription(call: Call): ApiAnswer {
  const found = subscriptionOf(call, call.ids[0]);
  if (!found) return notFound;
  call.state.subscriptions.delete(found.id);
  const total_subscriptions = subscriptionsOf(call).length;
  return json(200, { data: { deleted: true }, meta: { total_subscriptions } });
}

/** `DELETE /2/activity/subscriptions?ids=` */
export function deleteSubscriptions(call: Call): ApiAnswer {
  const read = readQuery(Ids, call.request);
  if ('refusal' in read) return read.refusal;
  const data = read.value.ids.map((id) => {
    const found = subscriptionOf(call, id);
    return { subscription_id: id, deleted: found ? call.state.subscriptions.delete(id) : false };
  });
  return json(200, { data });
}

function subscriptionsOf({ state, account }: Call): readonly Subscription[] {
  return [...state.subscriptions.values()].filter(({ app }) => app === appOf(account));
}

function subscriptionOf(call: Call, id: string | undefined): Subscription | undefined {
  return subscriptionsOf(call).find((each) => each.id === id);
}

function answered(subscription: Subscription, call: Call) {
  const total_subscriptions = subscriptionsOf(call).length;
  return { data: { subscription: shown(subscription) }, meta: { total_subscriptions } };
}

function shown({ id, eventType, filter, tag, webhookId, createdAt, updatedAt }: Subscription) {
  return {
    ...{ subscription_id: id, event_type: eventType, filter },
    ...{ created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() },
    ...(tag === undefined ? {} : { tag }),
    ...(webhookId === undefined ? {} : { webhook_id: webhookId }),
  };
}
