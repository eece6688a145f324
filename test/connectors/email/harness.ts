import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeMail } from '#connectors/email/outbound/compose';
import type { MailRequest } from '#connectors/email/outbound/render';
import { readNotification } from '#connectors/email/sns';
import { acceptMail } from '#infra/local/simulators/email/accept';
import type { WebhookItem } from '#shared/connector/webhook';
import { jsonText } from '#shared/json';
import { corpus } from '#test/support/connectors/fixtures';
import type { Harness, SimulatedProvider } from '#test/support/connectors/harness';
import { jsonRequest, published } from '#test/support/connectors/provider-requests';
import { accounts, inbox, received } from './inbox.ts';

const provider: SimulatedProvider = {
  address: 'help@acme.example',
  settings: { eventsTopicArn: 'arn:aws:sns:eu-west-1:000000000000:events' },
  credentials: {},
  ...{ customer: 'anna@customer.example', wrongCustomer: 'anna' },
  sending: (url, text) => {
    const head = 'From: help@acme.example\r\nTo: anna@customer.example\r\nSubject: Hi\r\n\r\n';
    const Data = Buffer.from(head + text).toString('base64');
    return jsonRequest(`${url}/v2/email/outbound-emails`, { Content: { Raw: { Data } } }, 'AWS4 x');
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
  refusals: [['MessageRejected', 'request_rejected']],
  ...{ joins: false, writesToWebhook: false },
};

export const harness: Harness = {
  account: inbox,
  fixture: (name, { notification, mail }) => ({
    name,
    receive: () => itemsOf(jsonText(notification)),
    ...(mail === undefined ? {} : { raw: Buffer.from(mail) }),
  }),
  corpus: () =>
    globSync(join(corpus, 'email', '*', '*.eml')).map((file) => ({
      name: file.slice(corpus.length + 1),
      receive: () => itemsOf(JSON.stringify(received())),
      raw: readFileSync(file),
    })),
  provider,
  mailNotification: () => JSON.stringify(received()),
  customerOf: (number) => `customer-${number}@customer.example`,
  replyPlaces: [
    {
      ...{ channel: 'email', visibility: 'private', business: 'help@support.localhost' },
      customers: [
        ['mailbox', 'ada@customer.example'],
        ['mailbox', 'grüße@customer.example'],
        ['mailbox', 'ada@bücher.example'],
        ['mailbox', '"a b"@customer.example'],
        ['mailbox', 'nobody'],
      ],
    },
  ],
  refusal: async (mail: MailRequest) => {
    const composing = {
      ...{ messageId: 'msg_a_2', replyDomain: undefined, region: 'eu-central-1' },
      replyTokenKey: 'a key of the tests',
      ...{ seal: 'a'.repeat(26), publicUrl: 'https://api.example/webhooks/email/main' },
      bytes: mail.files.map(() => Buffer.from('the bytes')),
    };
    const raw = await composeMail(mail, composing);
    const body = {
      Destination: { ToAddresses: mail.to.map(({ address }) => address) },
      Content: { Raw: { Data: raw.toString('base64') } },
    };
    const now = new Date('2026-11-21T10:00:00.000Z');
    const taken = await acceptMail(Buffer.from(JSON.stringify(body)), now);
    return 'refused' in taken ? taken.reason : undefined;
  },
  dictionary: { characters: 450, order: 1 },
  takesStoredFiles: true,
  page: 'docs/channels/email.md',
  lacks: { 'message types': 'a mail has no types: every one is read' },
};

function itemsOf(notification: string): readonly WebhookItem[] {
  const routed = readNotification(notification, accounts);
  return 'items' in routed ? routed.items.map(({ item }) => item) : [];
}
