import { OAuth1Helper } from 'twitter-api-v2/dist/cjs/client-mixins/oauth1.helper.js';
import type { ConnectorId } from '#connectors/declarations';
import { simulator as email } from '#infra/local/simulators/email/simulator';
import type { SimulatedAccount, Simulator } from '#infra/local/simulators/simulator';
import { simulator as twilio } from '#infra/local/simulators/twilio/simulator';
import { simulator as twitter } from '#infra/local/simulators/twitter/simulator';
import { simulator as whatsapp } from '#infra/local/simulators/whatsapp/simulator';
import { simulator as socialMessaging } from '#infra/local/simulators/whatsapp-aws/simulator';

/** What a provider has told of one of our messages. */
export interface Told {
  readonly messageId: string;
  readonly status: string;
}

/** One simulator, as the contract of all simulators asks it. */
export interface Played {
  readonly simulator: Simulator;
  readonly address: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string>>;
  readonly customer: string;
  readonly wrongCustomer: string;
  /** The request that sends a text to that customer. */
  readonly sending: (url: string, text: string, account: SimulatedAccount) => Request;
  /** What one webhook of the provider tells of our messages. */
  readonly toldIn: (body: string) => readonly Told[];
  /** What is told of a message by itself, in this order. */
  readonly usual: readonly string[];
  /** What the provider can say of a failure; absent where it tells none. */
  readonly failure?: { readonly status: string; readonly code: unknown };
  /** A fault of the provider's own, and the status of its answer. */
  readonly fault: readonly [string, number];
  /** Several updates share a body. */
  readonly joins: boolean;
  /** A customer's message comes through the webhook, too. */
  readonly writesToWebhook: boolean;
}

const json = (url: string, value: unknown, authorization: string) =>
  new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(value),
  });

const metaText = (body: string) => ({
  ...{ messaging_product: 'whatsapp', to: '+491701234567', type: 'text' },
  text: { body },
});
const metaStatuses = (changes: { value: { statuses?: { id: string; status: string }[] } }[]) =>
  changes.flatMap(({ value }) =>
    (value.statuses ?? []).map(({ id, status }) => ({ messageId: id, status })),
  );
/** What was published on an SNS topic. */
const published = (body: string) => JSON.parse(new URLSearchParams(body).get('Message') ?? '{}');

const meta = {
  ...{ address: '106540352242922', customer: '491701234567', wrongCustomer: 'Nora' },
  usual: ['sent', 'delivered'],
  failure: { status: 'failed', code: 131049 },
  ...{ joins: true, writesToWebhook: true },
};
const accountSid = `AC${'d'.repeat(32)}`;
const x = {
  ...{ consumerKey: 'ck', consumerSecret: 'cs', accessToken: 'at', accessTokenSecret: 'ats' },
};

export const played: Readonly<Record<ConnectorId, Played>> = {
  whatsapp: {
    ...meta,
    simulator: whatsapp,
    settings: {},
    credentials: { appSecret: 'secret', accessToken: 'EAA' },
    sending: (url, text, { address }) =>
      json(`${url}/v25.0/${address}/messages`, metaText(text), 'Bearer EAA'),
    toldIn: (body) =>
      JSON.parse(body).entry.flatMap(({ changes }: { changes: [] }) => metaStatuses(changes)),
    fault: ['131047', 400],
  },
  'whatsapp-aws': {
    ...meta,
    simulator: socialMessaging,
    settings: {
      originationPhoneNumberId: 'phone-number-id-1',
      topicArn: 'arn:aws:sns:eu-central-1:000000000000:told',
    },
    credentials: {},
    sending: (url, text) =>
      json(
        `${url}/v1/whatsapp/send`,
        {
          ...{ originationPhoneNumberId: 'phone-number-id-1', metaApiVersion: 'v23.0' },
          message: Buffer.from(JSON.stringify(metaText(text))).toString('base64'),
        },
        'AWS4-HMAC-SHA256 Credential=local',
      ),
    toldIn: (body) => metaStatuses(JSON.parse(published(body).whatsAppWebhookEntry).changes),
    fault: ['ThrottledRequestException', 429],
  },
  twilio: {
    simulator: twilio,
    address: '+15005550006',
    settings: {},
    credentials: { accountSid, authToken: 'token' },
    ...{ customer: '+15035550142', wrongCustomer: 'Nora' },
    sending: (url, Body, { webhookUrl }) =>
      new Request(`${url}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${accountSid}:token`)}` },
        body: new URLSearchParams({
          ...{ To: '+15035550142', From: '+15005550006', Body },
          StatusCallback: `${webhookUrl}/status/1`,
        }),
      }),
    toldIn: (body) => {
      const form = new URLSearchParams(body);
      const status = form.get('MessageStatus');
      return status === null ? [] : [{ messageId: form.get('MessageSid') ?? '', status }];
    },
    usual: ['sent', 'delivered'],
    failure: { status: 'undelivered', code: 30003 },
    fault: ['21610', 400],
    ...{ joins: false, writesToWebhook: true },
  },
  twitter: {
    simulator: twitter,
    address: '2244994945',
    settings: { username: 'acmecare' },
    credentials: x,
    ...{ customer: '@nora', wrongCustomer: 'nora@example.com' },
    sending: (base, text) => {
      const url = `${base}/2/dm_conversations/with/1600/messages`;
      const signer = new OAuth1Helper({ consumerKeys: { key: 'ck', secret: 'cs' } });
      const data = signer.authorize({ url, method: 'POST' }, { key: 'at', secret: 'ats' });
      return json(url, { text }, signer.toHeader(data).Authorization);
    },
    toldIn: (body) => {
      const { event_type, payload } = JSON.parse(body).data;
      if (event_type !== 'dm.sent') return [];
      return [{ messageId: payload.direct_message_events[0].id, status: 'delivered' }];
    },
    usual: ['delivered'],
    fault: ['402', 402],
    ...{ joins: false, writesToWebhook: true },
  },
  email: {
    simulator: email,
    address: 'help@acme.example',
    settings: { eventsTopicArn: 'arn:aws:sns:eu-west-1:000000000000:events' },
    credentials: {},
    ...{ customer: 'anna@customer.example', wrongCustomer: 'anna' },
    sending: (url, text) => {
      const head = 'From: help@acme.example\r\nTo: anna@customer.example\r\nSubject: Hi\r\n\r\n';
      const Data = Buffer.from(head + text).toString('base64');
      return json(`${url}/v2/email/outbound-emails`, { Content: { Raw: { Data } } }, 'AWS4 x');
    },
    toldIn: (body) => {
      const { eventType, mail } = published(body);
      const statuses: Readonly<Record<string, string>> = {
        ...{ Send: 'sent', Delivery: 'delivered', Bounce: 'failed' },
      };
      return [{ messageId: mail.messageId, status: statuses[eventType] ?? eventType }];
    },
    usual: ['sent', 'delivered'],
    failure: { status: 'failed', code: 'Transient/MailboxFull' },
    fault: ['MessageRejected', 400],
    ...{ joins: false, writesToWebhook: false },
  },
};
