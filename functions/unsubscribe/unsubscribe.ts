import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type AccountSetting, accountNamed } from '#shared/accounts';
import type { IngressItem } from '#shared/aws/queues/lanes';
import type { AccountSecrets } from '#shared/aws/secrets/account-secrets';
import type { LinkRequest, UnsubscribeLink } from '#shared/connector/unsubscribe-link';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { bodyBytes, json, toWebhookRequest } from '#shared/http';
import { isOneClick } from './one-click.ts';
import { page } from './page.ts';

export interface UnsubscribeDependencies {
  readonly connector: string;
  readonly link: UnsubscribeLink;
  readonly accounts: readonly AccountSetting[];
  readonly secrets: AccountSecrets;
  readonly enqueue: (items: readonly IngressItem[]) => Promise<void>;
  readonly now: () => Date;
  /** Tells of a refused link: whose it would be, never what was in it. */
  readonly refused: (details: { account: string }) => void;
}

/** The body that RFC 8058 names has 26 bytes; as a form of several parts a few hundred. */
const maxBodyBytes = 4_000;

/**
 * Takes a request to an unsubscribe link. The token is verified before anything else; for one that is not ours nothing is
 * written or queued. A POST unsubscribes and is answered 200 once the item is queued; a GET shows a page with a button,
 * because mail scanners follow every link (RFC 8058 1).
 *
 * Throws `unknown_account`, `body_too_large`, `unsupported_media_type` and `unreadable_payload`; any other error is
 * internal and must become a 503.
 */
export function unsubscriber(dependencies: UnsubscribeDependencies) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { connector, accounts, enqueue, now, refused } = dependencies;
    const { account = '', token = '' } = event.pathParameters ?? {};
    const setting = accountNamed(accounts, connector, account);
    const bytes = bodyBytes(event);
    if (bytes > maxBodyBytes) {
      throw new ConnectorError('body_too_large', `${bytes} bytes; allowed: ${maxBodyBytes}`);
    }
    const receivedAt = now().toISOString();
    const item = await verify(dependencies, setting, { token, receivedAt });
    if (!item) {
      refused({ account });
      return json(401, { error: 'not_verified' });
    }
    const request = toWebhookRequest(event);
    if (request.method === 'GET') return page('ask');
    if (!isOneClick(request)) {
      throw new ConnectorError('unreadable_payload', 'allowed: List-Unsubscribe=One-Click');
    }
    await enqueue([{ ...item, connector, account, receivedAt }]);
    return page('done');
  };
}

/** Reads the token. One that does not fit is tried once more with fresh secrets, as after a rotation. */
async function verify(
  { secrets, link }: UnsubscribeDependencies,
  { settings, secretId }: AccountSetting,
  request: LinkRequest,
): Promise<WebhookItem | undefined> {
  const account = link.readAccount(settings);
  const credentials = await secrets.of(secretId, link.readCredentials);
  const item = link.read(request, { account, credentials });
  if (item) return item;
  const fresh = await secrets.of(secretId, link.readCredentials, { refresh: true });
  return fresh === credentials ? undefined : link.read(request, { account, credentials: fresh });
}
