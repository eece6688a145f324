import * as z from 'zod';
import type { ApiAnswer, SimulatorWorld } from '#infra/local/simulators/simulator';
import {
  invalidRequest,
  json,
  notFound,
  readBody,
  readQuery,
} from '#infra/local/simulators/twitter/answers';
import { appOf, type Call } from '#infra/local/simulators/twitter/call';
import { conditionsOf } from '#infra/local/simulators/twitter/conditions';
import { namesOf } from '#infra/local/simulators/twitter/messages/page';
import { challenge } from './challenge.ts';
import { isValid, type Webhook, webhooksOf } from './registered.ts';
import { scheduleChallenges } from './schedule.ts';

const CreateWebhook = z.strictObject({ url: z.string().min(1).max(200) });

const ListQuery = z.strictObject({
  'webhook_config.fields': namesOf(['created_at', 'id', 'url', 'valid']).optional(),
});

/** `POST /2/webhooks`: registers a webhook, once it has answered a challenge. */
export async function createWebhook(call: Call): Promise<ApiAnswer> {
  const read = readBody(CreateWebhook, call.request);
  if ('refusal' in read) return read.refusal;
  const { world, state } = call;
  const { url } = read.value;
  const refusal = refusalOf(url, call);
  if (refusal) return invalidRequest(refusal);
  const now = world.now();
  const dates = { createdAt: now, challengedAt: now, validatedAt: now };
  const webhook: Webhook = {
    ...{ id: state.nextId(now), url, app: appOf(call.account), isValid: true, ...dates },
    validatedUnder: world.conditions(),
  };
  const outcome = await challenge(webhook, world);
  if (outcome.kind !== 'valid') return invalidRequest(`CrcValidationFailed: ${outcome.reason}`);
  state.webhooks.set(webhook.id, webhook);
  scheduleChallenges(world);
  return json(200, { data: shown(webhook, world) });
}

/** The reason why X takes no webhook at this address, or no further one. Loopback stands for the internet. */
function refusalOf(text: string, { world, account }: Call): string | undefined {
  const url = URL.parse(text);
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url?.hostname ?? '');
  if (!url) return 'UrlValidationFailed: the url is not valid';
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) {
    return 'UrlValidationFailed: the url must be https';
  }
  if (url.port !== '' && !isLocal) return 'UrlValidationFailed: the url must not have a port';
  const others = webhooksOf(world, appOf(account));
  if (others.some((each) => each.url === text)) {
    return 'DuplicateUrlFailed: a webhook is already registered for this url';
  }
  const { webhookLimit } = conditionsOf(world);
  if (others.length >= webhookLimit) {
    return `WebhookLimitExceeded: the app may have ${webhookLimit} webhooks`;
  }
  return isLocal ? undefined : 'CrcValidationFailed: the simulator reaches no host but this one';
}

/** `GET /2/webhooks` */
export function listWebhooks(call: Call): ApiAnswer {
  const read = readQuery(ListQuery, call.request);
  if ('refusal' in read) return read.refusal;
  const all = webhooksOf(call.world, appOf(call.account)).map((each) => shown(each, call.world));
  const data = all.length > 0 ? { data: all } : {};
  return json(200, { ...data, meta: { result_count: all.length } });
}

/** `PUT /2/webhooks/{id}`: challenges it now, and tells it events again if it answers rightly. */
export async function validateWebhook(call: Call): Promise<ApiAnswer> {
  const webhook = webhookOf(call, call.ids[0]);
  if (!webhook) return notFound;
  const outcome = await challenge(webhook, call.world);
  return outcome.kind === 'valid'
    ? json(200, { data: { valid: true } })
    : invalidRequest(`CrcValidationFailed: ${outcome.reason}`);
}

/** `DELETE /2/webhooks/{id}`: its subscriptions go with it. */
export function deleteWebhook(call: Call): ApiAnswer {
  const webhook = webhookOf(call, call.ids[0]);
  if (!webhook) return notFound;
  const { webhooks, subscriptions } = call.state;
  webhooks.delete(webhook.id);
  for (const { id, webhookId } of [...subscriptions.values()]) {
    if (webhookId === webhook.id) subscriptions.delete(id);
  }
  return json(200, { data: { deleted: true } });
}

/** A webhook of the caller's app. */
export function webhookOf({ state, account }: Call, id: string | undefined): Webhook | undefined {
  const webhook = state.webhooks.get(id ?? '');
  return webhook?.app === appOf(account) ? webhook : undefined;
}

function shown(webhook: Webhook, world: SimulatorWorld) {
  const { id, url, createdAt } = webhook;
  return { id, url, valid: isValid(webhook, world), created_at: createdAt.toISOString() };
}
