import { webhooks } from '#connectors/webhooks';
import type { Webhook } from '#shared/connector/webhook';

/** The webhook endpoint of a connector. Throws for one that has none. */
export function webhookOf(connector: string): Webhook {
  const webhook = webhooks[connector];
  if (!webhook) throw new Error(`${connector} has no webhook endpoint`);
  return webhook;
}
