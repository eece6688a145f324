import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type AccountSetting, accountNamed } from '#shared/accounts';
import type { IngressItem } from '#shared/aws/queues/lanes';
import type { AccountSecrets } from '#shared/aws/secrets/account-secrets';
import type { Webhook, WebhookOutcome, WebhookRequest } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { failpoint } from '#shared/failpoint';
import { bodyBytes, json, mediaType, toWebhookRequest } from '#shared/http';

export interface ReceiveDependencies {
  readonly connector: string;
  readonly webhook: Webhook;
  readonly accounts: readonly AccountSetting[];
  readonly secrets: AccountSecrets;
  readonly enqueue: (items: readonly IngressItem[]) => Promise<void>;
  readonly now: () => Date;
  /** Tells of a refused request: where and why, never what was in it. */
  readonly refused: (details: { account: string; reason: string }) => void;
}

/**
 * Takes one webhook: finds the account, caps size and media type, verifies the signature over the raw bytes, and only
 * then looks inside. Answers 2xx only when every item is queued. Touches no table and no provider.
 *
 * Throws `unknown_account`, `body_too_large`, `unsupported_media_type`; any other error is internal and must become a
 * 503.
 */
export function receiver(dependencies: ReceiveDependencies) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { connector, webhook, accounts, enqueue, now, refused } = dependencies;
    const account = event.pathParameters?.['account'] ?? '';
    const setting = accountNamed(accounts, connector, account);
    const request = admit(event, webhook);
    const outcome = await verify(dependencies, setting, request);
    if (outcome.kind === 'refused') {
      refused({ account, reason: outcome.reason });
      return json(outcome.statusCode, { error: 'not_verified' });
    }
    if (outcome.kind === 'items') {
      const receivedAt = now().toISOString();
      failpoint('receive.beforeEnqueue');
      await enqueue(outcome.items.map((item) => ({ ...item, connector, account, receivedAt })));
      failpoint('receive.afterEnqueue');
    }
    return { ...outcome.response, headers: { ...outcome.response.headers } };
  };
}

/** Refuses what is cheap to refuse, before a secret is fetched or a byte is hashed. */
function admit(event: APIGatewayProxyEventV2, webhook: Webhook): WebhookRequest {
  const bytes = bodyBytes(event);
  if (bytes > webhook.maxBodyBytes) {
    throw new ConnectorError('body_too_large', `${bytes} bytes; allowed: ${webhook.maxBodyBytes}`);
  }
  const request = toWebhookRequest(event);
  const type = mediaType(request.headers);
  if (request.method === 'POST' && !webhook.contentTypes.includes(type)) {
    const allowed = webhook.contentTypes.join(', ');
    throw new ConnectorError('unsupported_media_type', `given: ${type}; allowed: ${allowed}`);
  }
  return request;
}

/**
 * Verifies a request. One whose signature does not fit is tried once more with fresh secrets, so that a rotation
 * refuses no webhook. A challenge is answered with fresh ones, too: X turns a webhook off after one answer that was
 * signed with its earlier secret.
 */
async function verify(
  { secrets, webhook }: ReceiveDependencies,
  { settings, publicUrl, secretId }: AccountSetting,
  request: WebhookRequest,
): Promise<WebhookOutcome> {
  const account = webhook.readAccount(settings);
  const credentials = await secrets.of(secretId, webhook.readCredentials);
  const outcome = webhook.verify(request, { account, publicUrl, credentials });
  if (outcome.kind === 'items') return outcome;
  const fresh = await secrets.of(secretId, webhook.readCredentials, { refresh: true });
  if (fresh === credentials) return outcome;
  return webhook.verify(request, { account, publicUrl, credentials: fresh });
}
