import { type ApiContext, appClient } from '#connectors/twitter/api/client';
import { idIn, listOf } from '#connectors/twitter/fields';
import type { Called, WebhookHealth } from '#shared/connector/catch-up';
import { objectOf } from '#shared/json';
import { granted } from './call.ts';

type Context = ApiContext & { readonly publicUrl: string };

/** Asks X if our webhook is valid. X charges nothing for it, and grants it to the app only. */
export async function checkWebhook(context: Context): Promise<Called<WebhookHealth>> {
  const result = await granted(async () => {
    const { v2 } = await appClient(context);
    return v2.get<unknown>('webhooks', { 'webhook_config.fields': 'id,url,valid' });
  });
  if (result.kind !== 'answer') return result;
  const own = listOf(objectOf(result.answer)['data'])
    .map(objectOf)
    .find(({ url }) => url === context.publicUrl);
  const webhookId = own === undefined ? undefined : idIn(own, 'id');
  if (own === undefined || webhookId === undefined) return { kind: 'missing' };
  return { kind: own['valid'] === true ? 'valid' : 'invalid', webhookId };
}

/** Has X send its challenge again, which enables the webhook where our answer is right; then looks if it did. */
export async function validateWebhook(
  webhookId: string,
  context: Context,
): Promise<Called<WebhookHealth>> {
  const params = { id: webhookId };
  const result = await granted(async () => {
    const { v2 } = await appClient(context);
    return v2.put<unknown>('webhooks/:id', undefined, { params });
  });
  return result.kind === 'answer' ? checkWebhook(context) : result;
}

/**
 * The times that a replay may name, in seconds before now (x-api/webhooks/introduction): the job reaches back 24 hours,
 * begins 31 minutes before now at the latest, and ends 10 minutes before now at the latest. A minute is left for the
 * minutes that are cut and for the clocks.
 */
export const replayReach = {
  ...{ oldestSeconds: 24 * 3600 - 120, latestBeginSeconds: 32 * 60, newestSeconds: 11 * 60 },
};

interface Job {
  readonly webhookId: string;
  readonly from: string;
  readonly to: string;
}

/** Asks X to send the webhooks of a time again; it ends with a `replay_job_status` at the webhook. */
export async function replay(
  { webhookId, from, to }: Job,
  context: Context,
): Promise<Called<{ readonly kind: 'accepted' }>> {
  const job = { webhook_id: webhookId, from_date: minuteOf(from), to_date: minuteOf(to) };
  const result = await granted(async () => {
    const { v2 } = await appClient(context);
    return v2.post<unknown>('webhooks/replay', job);
  });
  return result.kind === 'answer' ? { kind: 'accepted' } : result;
}

/** `yyyymmddhhmm`, in UTC. */
function minuteOf(iso: string): string {
  return iso.replaceAll(/\D/g, '').slice(0, 12);
}
