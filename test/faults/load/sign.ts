import { createHmac } from 'node:crypto';
import { credentialsOf, type FaultAccount } from '#test/faults/accounts';
import { type HttpEvent, posted } from './http-event.ts';

/** What a provider posts, before it is signed. */
export interface Webhook {
  readonly account: FaultAccount;
  readonly body: Buffer;
  /** What follows the account in the path; empty but for Twilio's status callbacks. */
  readonly subpath: string;
}

/** A webhook of Meta's. */
export function metaWebhook(account: FaultAccount, value: object): Webhook {
  const metadata = { display_phone_number: '15550783881', phone_number_id: account.address };
  const change = {
    value: { messaging_product: 'whatsapp', metadata, ...value },
    field: 'messages',
  };
  const body = { object: 'whatsapp_business_account', entry: [{ id: '215', changes: [change] }] };
  return { account, body: Buffer.from(JSON.stringify(body)), subpath: '' };
}

/** A webhook of Twilio's. */
export function twilioWebhook(
  account: FaultAccount,
  parameters: Readonly<Record<string, string>>,
  subpath = '',
): Webhook {
  const form = new URLSearchParams({ AccountSid: `AC${'1'.repeat(32)}`, ...parameters });
  return { account, body: Buffer.from(form.toString()), subpath };
}

/** Signs as the provider does with the credentials of that generation, in the provider's own words. */
export function signedEvent({ account, body, subpath }: Webhook, generation: number): HttpEvent {
  const suffix = subpath === '' ? '' : `/${subpath}`;
  const path = `/webhooks/${account.connector}/${account.account}${suffix}`;
  const parameters = { account: account.account, ...(subpath === '' ? {} : { proxy: subpath }) };
  const credentials: Readonly<Record<string, string>> = credentialsOf(account, generation);
  if (account.connector === 'whatsapp') {
    const mac = createHmac('sha256', credentials['appSecret'] ?? '').update(body);
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature-256': `sha256=${mac.digest('hex')}`,
    };
    return posted({ path, parameters, headers, body });
  }
  const pairs = [...new URLSearchParams(body.toString('utf8'))].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const signed = `${account.publicUrl}${suffix}${pairs.flat().join('')}`;
  const mac = createHmac('sha1', credentials['authToken'] ?? '').update(signed);
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': mac.digest('base64'),
  };
  return posted({ path, parameters, headers, body });
}
