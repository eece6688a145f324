import type { TwitterApi } from 'twitter-api-v2';
import * as z from 'zod';
import { CallFailed } from '#connectors/twitter/api/client';

const Id = z.string().regex(/^\d{1,19}$/);

/** A webhook as X lists it; of one whose state cannot be read nothing is said. */
const Webhook = z.object({
  id: Id,
  url: z.string(),
  valid: z.boolean().optional(),
  created_at: z.string().optional(),
});
export type Webhook = z.infer<typeof Webhook>;

const Subscription = z.object({
  subscription_id: Id,
  event_type: z.string(),
  filter: z.object({ user_id: z.string().optional() }).default({}),
  webhook_id: z.string().optional(),
});
export type Subscription = z.infer<typeof Subscription>;

const Webhooks = z.object({ data: z.array(Webhook).default([]) });
const Created = z.object({ data: Webhook });
const Validated = z.object({ data: z.object({ valid: z.boolean() }) });
const Subscriptions = z.object({
  data: z.array(Subscription).default([]),
  meta: z.object({ next_token: z.string().optional() }).optional(),
});

/** More pages than any tier of X has subscriptions for. */
const maxPages = 200;

/** The webhooks of the app. */
export async function listWebhooks(app: TwitterApi): Promise<readonly Webhook[]> {
  return Webhooks.parse(await app.v2.get('webhooks')).data;
}

/** X asks the URL for its challenge before it answers. */
export async function createWebhook(app: TwitterApi, url: string): Promise<Webhook> {
  return Created.parse(await app.v2.post('webhooks', { url })).data;
}

/** Has X ask for the challenge again, which enables a webhook that answers. */
export async function validateWebhook(app: TwitterApi, id: string): Promise<boolean> {
  const answer = await app.v2.put('webhooks/:id', undefined, { params: { id } });
  return Validated.parse(answer).data.valid;
}

/** Resolves for a webhook that is gone already, too. */
export async function deleteWebhook(app: TwitterApi, id: string): Promise<void> {
  await unlessGone(app.v2.delete('webhooks/:id', undefined, { params: { id } }));
}

/** The subscriptions of the app, of all its webhooks. */
export async function listSubscriptions(app: TwitterApi): Promise<readonly Subscription[]> {
  const found: Subscription[] = [];
  let token: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const query = { max_results: '1000', ...(token ? { pagination_token: token } : {}) };
    const { data, meta } = Subscriptions.parse(await app.v2.get('activity/subscriptions', query));
    found.push(...data);
    token = meta?.next_token;
    if (token === undefined) break;
  }
  return found;
}

/** Resolves with the id where X's answer names it: its documents show three forms of this answer. */
export async function createSubscription(
  client: TwitterApi,
  wanted: { readonly event_type: string; readonly userId?: string; readonly webhook_id: string },
): Promise<string | undefined> {
  const { userId, ...named } = wanted;
  const filter = userId === undefined ? {} : { user_id: userId };
  const answer: unknown = await client.v2.post('activity/subscriptions', { ...named, filter });
  return /"subscription_id":"(\d{1,19})"/.exec(JSON.stringify(answer) ?? '')?.[1];
}

/** Has a subscription deliver to this webhook. */
export async function moveSubscription(
  app: TwitterApi,
  id: string,
  webhookId: string,
): Promise<void> {
  const body = { webhook_id: webhookId };
  await app.v2.put('activity/subscriptions/:id', body, { params: { id } });
}

/** Resolves for a subscription that is gone already, too. */
export async function deleteSubscription(app: TwitterApi, id: string): Promise<void> {
  await unlessGone(app.v2.delete('activity/subscriptions/:id', undefined, { params: { id } }));
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  await call.catch((fault: unknown) => {
    const isGone =
      fault instanceof CallFailed && fault.result.kind === 'answer' && fault.result.status === 404;
    if (!isGone) throw fault;
  });
}
