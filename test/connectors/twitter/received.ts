import { createHmac } from 'node:crypto';
import { parse } from '#connectors/twitter/parser';
import { webhook } from '#connectors/twitter/webhook';
import type { ChannelEvent } from '#shared/connector/channel-event';
import type { WebhookItem, WebhookOutcome } from '#shared/connector/webhook';
import { jsonText } from '#shared/json';

export const ownUserId = '1500000000000000001';
export const publicUrl = 'https://example.test/webhooks/twitter/main';
export const credentials = {
  consumerKey: 'consumer-key',
  consumerSecret: 'consumer-secret',
  accessToken: `${ownUserId}-token`,
  accessTokenSecret: 'token-secret',
};

/** The account as its own schema reads it from configuration. */
export const accountOf = (address = ownUserId) =>
  webhook.readAccount({ address, username: 'acmecare' });

/** X's own signature header over these bytes. */
export function signature(body: Buffer | string, secret = credentials.consumerSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`;
}

/** Posts a body to our door as X would, signed unless the test says otherwise. */
export function post(
  body: Buffer | string,
  {
    header = signature(body),
    address = ownUserId,
    sets = [credentials],
  }: {
    readonly header?: string | undefined;
    readonly address?: string;
    readonly sets?: readonly unknown[];
  } = {},
): WebhookOutcome {
  return webhook.verify(
    {
      method: 'POST',
      subpath: '',
      rawQueryString: '',
      headers: {
        'content-type': 'application/json',
        ...(header === '' ? {} : { 'x-twitter-webhooks-signature': header }),
      },
      body: Buffer.from(body),
    },
    { account: accountOf(address), publicUrl, credentials: sets },
  );
}

/** X's challenge with this query. */
export function challenge(
  rawQueryString: string,
  sets: readonly unknown[] = [credentials],
): WebhookOutcome {
  return webhook.verify(
    { method: 'GET', subpath: '', rawQueryString, headers: {}, body: Buffer.alloc(0) },
    { account: accountOf(), publicUrl, credentials: sets },
  );
}

/** The items of a body our door took. Throws where it refused. */
export function itemsOf(body: unknown, address = ownUserId): readonly WebhookItem[] {
  const outcome = post(typeof body === 'string' ? body : jsonText(body), { address });
  if (outcome.kind !== 'items') throw new Error(`the door answered ${outcome.kind}`);
  return outcome.items;
}

/** What one item becomes, its payload having been through a queue. */
export function eventsOf(item: WebhookItem, address = ownUserId): readonly ChannelEvent[] {
  const payload: unknown = JSON.parse(JSON.stringify(item.payload));
  const events = parse({ payload, account: accountOf(address) });
  if (events instanceof Promise) throw new Error('this parser does not wait');
  return events;
}
