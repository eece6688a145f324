import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { filesOf, showAt, writeForm } from '#connectors/twilio/outbound/message-request';
import { webhook } from '#connectors/twilio/webhook';
import { contentRefusal } from '#infra/local/simulators/twilio/content-check';
import { refusalOf } from '#infra/local/simulators/twilio/message-check';
import type { WebhookItem } from '#shared/connector/webhook';
import { recorded } from '#test/support/connectors/fixtures';
import type { CallingProvider, Harness, SimulatedProvider } from '#test/support/connectors/harness';
import { twilioWebhook } from '#test/support/webhooks/signed-webhooks';
import { twilioText } from '#test/support/webhooks/webhook-bodies';
import { accountSid, authToken, context, formType, signedForm } from './signed-request.ts';

const sid = `AC${'d'.repeat(32)}`;

const provider: SimulatedProvider = {
  address: '+15005550006',
  settings: {},
  credentials: { accountSid: sid, authToken: 'token' },
  ...{ customer: '+15035550142', wrongCustomer: 'Nora' },
  sending: (url, Body, { webhookUrl }) =>
    new Request(`${url}/2010-04-01/Accounts/${sid}/Messages.json`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${sid}:token`)}` },
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
  fileFields: (bytes) => ({
    media: [{ contentType: 'application/pdf', base64: bytes.toString('base64') }],
  }),
  failure: { status: 'undelivered', code: 30003 },
  fault: ['21610', 400],
  refusals: [['21610', 'recipient_opted_out']],
  ...{ joins: false, writesToWebhook: true },
};

const calls: CallingProvider = {
  signed: (secret) => {
    const form = `AccountSid=${accountSid}&MessageSid=SM1&From=%2B1&To=%2B2`;
    const request = signedForm(form, { token: secret });
    return {
      request,
      context: { ...context, credentials: [{ accountSid, authToken: secret }] },
      ...{ header: 'x-twilio-signature', contentType: formType, body: request.body, secret },
      sign: (body, token) => {
        const { headers } = signedForm(body.toString('utf8'), { token });
        return headers['x-twilio-signature'] ?? '';
      },
    };
  },
  signer: {
    ...{ field: 'authToken', header: 'x-twilio-signature' },
    sign: (body, token, url) => {
      const form = Object.fromEntries(new URLSearchParams(body.toString()));
      return getExpectedTwilioSignature(token, url, form);
    },
  },
  text: (stack, key, text) => {
    const messageSid = `SM${key.repeat(32)}`;
    return twilioWebhook(stack, twilioText(stack, `+1415555000${key}`, messageSid, text));
  },
};

const numbers = [
  ['phone', '+14155550123'],
  ['phone', '+15005550006'],
] as const;

const replyPlaces: Harness['replyPlaces'] = [
  {
    ...{ channel: 'sms', visibility: 'private', business: '+15005550006' },
    customers: [...numbers, ['short_code', '24273'], ['sender_id', 'DHL'], ['sender_id', '+0123']],
  },
  {
    ...{ channel: 'whatsapp', visibility: 'private', business: '+15005550006' },
    customers: [...numbers, ['bsuid', 'US.77001'], ['bsuid', '']],
  },
  {
    ...{ channel: 'rcs', visibility: 'private', business: 'shop_agent' },
    customers: [...numbers, ['sender_id', 'other agent']],
  },
];

export const harness: Harness = {
  account: context.account,
  fixture: (name, { webhook: form, subpath = '' }) => ({
    name,
    receive: () => itemsOf(String(form), subpath),
  }),
  corpus: () =>
    recorded('sms/inbound', 'sms/status').map(({ name, body }) => ({
      name,
      receive: () => itemsOf(completed(String((body as { body: unknown }).body))),
    })),
  ...{ calls, provider, replyPlaces },
  customerOf: (number) => `+1415555${String(number).padStart(4, '0')}`,
  refusal: (request: Parameters<typeof showAt>[0]) => {
    const { content, ...message } = request;
    const named = content ? { ...message, contentSid: `HX${'a'.repeat(32)}` } : message;
    const ready = filesOf(named).length > 0 ? showAt(named, ['https://archive.example/a']) : named;
    const inContent = content ? contentRefusal(content) : undefined;
    return inContent ?? refusalOf(new URLSearchParams(writeForm(ready)));
  },
  dictionary: { characters: 450, order: 3 },
  page: 'docs/channels/sms.md',
  templateName: `HX${'b'.repeat(32)}`,
  lacks: {},
};

/** Some published callbacks are shortened; what every real one carries is added. */
function completed(form: string): string {
  const params = new URLSearchParams(form);
  const everyone = { From: '+15005550006', To: '+15035550142', AccountSid: accountSid };
  for (const [name, value] of Object.entries(everyone)) {
    if (!params.has(name)) params.append(name, value);
  }
  return params.toString();
}

function itemsOf(form: string, subpath = ''): readonly WebhookItem[] {
  const credentials = [
    { accountSid: new URLSearchParams(form).get('AccountSid') ?? '', authToken },
  ];
  const outcome = webhook.verify(signedForm(form, { subpath }), { ...context, credentials });
  if (outcome.kind !== 'items') throw new Error(`the webhook endpoint says ${outcome.kind}`);
  return outcome.items;
}
