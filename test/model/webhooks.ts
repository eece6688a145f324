import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import type { Delivered } from './provider.ts';

export type Connector = 'whatsapp' | 'twilio';

/** A customer of the run. Two write by WhatsApp, one by SMS. */
export interface Customer {
  readonly connector: Connector;
  readonly address: string;
}
export const customers: readonly Customer[] = [
  { connector: 'whatsapp', address: '16505550001' },
  { connector: 'whatsapp', address: '16505550002' },
  { connector: 'twilio', address: '+16505550003' },
];

/** What the provider has to tell: one webhook, without its signature. */
export interface Webhook {
  readonly connector: Connector;
  readonly subpath: string;
  readonly body: string;
}

const phoneNumberId = '200100300400500';
const ownNumber = '+15005550006';
export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
export const publicUrl = (connector: Connector) =>
  `https://hooks.example/webhooks/${connector}/main`;
export const settings = {
  whatsapp: { address: phoneNumberId },
  twilio: { address: ownNumber },
} as const;

function whatsapp(value: object, field = 'messages'): Webhook {
  const metadata = { display_phone_number: '15550001', phone_number_id: phoneNumberId };
  const changes = [{ field, value: { messaging_product: 'whatsapp', metadata, ...value } }];
  const entry = [{ id: 'waba', time: 1_795_000_000, changes }];
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
  return { connector: 'whatsapp', subpath: '', body };
}

function twilio(fields: Record<string, string>, subpath = ''): Webhook {
  const body = new URLSearchParams({ AccountSid: accountSid, ...fields }).toString();
  return { connector: 'twilio', subpath, body };
}

const seconds = (at: Date) => String(Math.floor(at.getTime() / 1000));
const sidOf = (id: string) => `SM${Buffer.from(id).toString('hex').padStart(32, '0')}`;
export const wamidOf = (id: string) => `wamid.${id}`;
export const providerIdOf = (connector: Connector, id: string) =>
  connector === 'whatsapp' ? wamidOf(id) : sidOf(id);

/** A text of a customer; several of one WhatsApp webhook travel together, as Meta batches them. */
export function textWebhook(customer: Customer, ids: readonly string[], at: Date): Webhook[] {
  const { address, connector } = customer;
  if (connector === 'twilio') {
    return ids.map((id) =>
      twilio({
        ...{ MessageSid: sidOf(id), From: address, To: ownNumber, Body: `text ${id}` },
        ...{ NumMedia: '0', SmsStatus: 'received' },
      }),
    );
  }
  const messages = ids.map((id) => ({
    ...{ from: address, id: wamidOf(id), timestamp: seconds(at), type: 'text' },
    text: { body: `text ${id}` },
  }));
  return [whatsapp({ contacts: [{ profile: { name: 'Ada' }, wa_id: address }], messages })];
}

/** Something later about a WhatsApp message of the customer's: a reaction, an edit, a deletion. */
export function changeWebhook(
  { address }: Customer,
  id: string,
  kind: 'reaction' | 'edit' | 'revoke',
  number: number,
  at: Date,
): Webhook {
  const target = wamidOf(id);
  const content = {
    reaction: { message_id: target, emoji: number % 2 ? '👍' : '' },
    edit: {
      original_message_id: target,
      message: { type: 'text', text: { body: `edit ${number}` } },
    },
    revoke: { original_message_id: target },
  };
  const own = { from: address, id: wamidOf(`${id}.${kind}.${number}`), timestamp: seconds(at) };
  const messages = [{ ...own, type: kind, [kind]: content[kind] }];
  return whatsapp({ contacts: [{ wa_id: address }], messages });
}

/** What the owner wrote on the phone (coexistence). */
export function echoWebhook({ address }: Customer, id: string, at: Date): Webhook {
  const text = { body: `text ${id}` };
  const echo = { from: '15550001', to: address, id: wamidOf(id), timestamp: seconds(at) };
  return whatsapp({ message_echoes: [{ ...echo, type: 'text', text }] }, 'smb_message_echoes');
}

/** By the vendors' own numbers: the recipient cannot be reached; the account is not in order. */
const failures = {
  one: { twilio: '30003', whatsapp: 131026 },
  account: { twilio: '30034', whatsapp: 131042 },
};

/**
 * `named`: the status carries our own ids, as Meta and Twilio do it; else only the provider's. `trouble`: a failure
 * is the account's.
 */
export function statusWebhook(
  { connector, providerId, messageId, part, attempt, to }: Delivered,
  status: string,
  named: boolean,
  at: Date,
  trouble = false,
): Webhook {
  const own = `${messageId}.${part}.${attempt}`;
  const failed = status === 'failed' ? failures[trouble ? 'account' : 'one'] : undefined;
  if (connector === 'twilio') {
    const known = failed ? { ErrorCode: failed.twilio } : {};
    const told = { MessageSid: providerId, MessageStatus: status, From: ownNumber, To: to };
    return twilio({ ...told, ...known }, named ? `status/${own}` : '');
  }
  const errors = failed ? { errors: [{ code: failed.whatsapp, title: 'undeliverable' }] } : {};
  const callback = named ? { biz_opaque_callback_data: own } : {};
  const item = { id: providerId, status, timestamp: seconds(at), recipient_id: to };
  return whatsapp({ statuses: [{ ...item, ...errors, ...callback }] });
}

/** Authentic, and nobody can read it. */
export const poisonWebhook = (id: string): Webhook => ({
  connector: 'whatsapp',
  subpath: '',
  body: `{"poison":"${id}"`,
});

/** As API Gateway hands it over, signed with this secret. */
export function apiEvent({ connector, subpath, body }: Webhook, secret: string) {
  const url = subpath === '' ? publicUrl(connector) : `${publicUrl(connector)}/${subpath}`;
  const headers =
    connector === 'whatsapp'
      ? {
          'content-type': 'application/json',
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        }
      : {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': getExpectedTwilioSignature(
            secret,
            url,
            Object.fromEntries(new URLSearchParams(body)),
          ),
        };
  return {
    pathParameters: { account: 'main', ...(subpath ? { proxy: subpath } : {}) },
    rawQueryString: '',
    headers,
    requestContext: { http: { method: 'POST' } },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}
