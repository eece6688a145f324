import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ConnectorId } from '#connectors/declarations';
import { readNotification } from '#connectors/email/sns';
import { webhooks } from '#connectors/webhooks';
import type { WebhookItem, WebhookRequest } from '#shared/connector/webhook';
import { jsonText } from '#shared/deep-json';
import { inbox, accounts as mailAccounts } from '#test/connectors/email/inbox';
import * as twilio from '#test/connectors/twilio/signed-request';
import * as twitter from '#test/connectors/twitter/received';
import * as whatsappAws from '#test/connectors/whatsapp/aws-notification';
import * as whatsapp from '#test/connectors/whatsapp/signed-webhook';
import type { ContractCase } from './connector-rules.ts';
import type { Door } from './door-rules.ts';

const root = join(import.meta.dirname, '../..');
/** Payloads that others have recorded; they are kept beside the project, and not everywhere. */
const corpus = join(root, '../shared/corpus');

/** What the contract suite must know of a connector: how to play its provider. */
export interface Bench {
  readonly account: unknown;
  /** Turns a fixture file into a case. */
  readonly fixture: (name: string, fixture: Fixture) => ContractCase;
  readonly corpus: () => readonly ContractCase[];
  /** A good webhook signed with this secret, and what the door knows when it has been given this secret. */
  readonly door?: (secret: string) => Door;
}

interface Fixture {
  readonly webhook: unknown;
  readonly subpath?: string;
  readonly notification: unknown;
  readonly mail?: string;
}

interface DoorContext {
  readonly account: unknown;
  readonly publicUrl: string;
  readonly credentials: readonly unknown[];
}

/** The fixtures in a folder. Throws when there is none: a suite that runs nothing must not be green. */
export function fixtureCases(bench: Bench, folder: string): readonly ContractCase[] {
  return fixturePaths(folder).map((file) =>
    bench.fixture(basename(file), readJson(file) as Fixture),
  );
}

export function fixturePaths(folder: string): readonly string[] {
  const files = globSync(`${folder}/*.json`).toSorted();
  if (files.length === 0) throw new Error(`no fixtures in ${folder}`);
  return files;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** The JSON files of these folders of the corpus. */
function recorded(...folders: readonly string[]): { name: string; body: unknown }[] {
  return folders
    .flatMap((folder) => globSync(join(corpus, folder, '**/*.json')))
    .map((file) => ({ name: file.slice(corpus.length + 1), body: readJson(file) }));
}

const whatsappBench: Bench = {
  account: whatsapp.account,
  fixture: (name, { webhook }) => ({ name, receive: () => whatsapp.itemsOf(webhook) }),
  corpus: () =>
    recorded('whatsapp')
      .filter(({ body }) => (body as { object?: unknown }).object === 'whatsapp_business_account')
      .map(({ name, body }) => ({ name, receive: () => whatsapp.itemsOf(body) })),
  door: (secret) => {
    const body = Buffer.from('{"object":"whatsapp_business_account","entry":[]}');
    const credentials = [{ ...whatsapp.credentials, appSecret: secret }];
    const request = whatsapp.post(body, whatsapp.signatureOf(body, secret));
    return {
      ...{ request, context: { ...whatsapp.context, credentials } },
      ...{ header: 'x-hub-signature-256', contentType: 'application/json', body, secret },
      sign: whatsapp.signatureOf,
    };
  },
};

const whatsappAwsBench: Bench = {
  account: whatsappAws.account,
  fixture: (name, { notification }) => ({
    name,
    receive: () => whatsappAws.itemsOf(notification),
  }),
  corpus: () =>
    recorded('whatsapp')
      .filter(({ body }) => typeof body === 'object' && body !== null)
      .filter(({ body }) => 'whatsAppWebhookEntry' in (body as object))
      .map(({ name, body }) => ({ name, receive: () => whatsappAws.itemsOf(body) })),
};

const twilioBench: Bench = {
  account: twilio.context.account,
  fixture: (name, { webhook, subpath = '' }) => ({
    name,
    receive: () => twilioItems(String(webhook), subpath),
  }),
  corpus: () =>
    recorded('sms/inbound', 'sms/status').map(({ name, body }) => ({
      name,
      receive: () => twilioItems(completed(String((body as { body: unknown }).body))),
    })),
  door: (secret) => {
    const form = `AccountSid=${twilio.accountSid}&MessageSid=SM1&From=%2B1&To=%2B2`;
    const request = twilio.signedForm(form, { token: secret });
    const credentials = [{ accountSid: twilio.accountSid, authToken: secret }];
    return {
      ...{ request, context: { ...twilio.context, credentials } },
      ...{ header: 'x-twilio-signature', contentType: twilio.formType },
      ...{ body: request.body, secret },
      sign: (body, token) => {
        const { headers } = twilio.signedForm(body.toString('utf8'), { token });
        return headers['x-twilio-signature'] ?? '';
      },
    };
  },
};

/** Some published callbacks are shortened; what every real one carries is added. */
function completed(form: string): string {
  const params = new URLSearchParams(form);
  const everyone = { From: '+15005550006', To: '+15035550142', AccountSid: twilio.accountSid };
  for (const [name, value] of Object.entries(everyone)) {
    if (!params.has(name)) params.append(name, value);
  }
  return params.toString();
}

function twilioItems(form: string, subpath = ''): readonly WebhookItem[] {
  const accountSid = new URLSearchParams(form).get('AccountSid') ?? '';
  const credentials = [{ accountSid, authToken: twilio.authToken }];
  const request = twilio.signedForm(form, { subpath });
  return itemsOf('twilio', request, { ...twilio.context, credentials });
}

function itemsOf(
  connector: string,
  request: WebhookRequest,
  context: DoorContext,
): readonly WebhookItem[] {
  const outcome = webhooks[connector]?.verify(request, context);
  if (outcome?.kind !== 'items') throw new Error(`the door of ${connector} says ${outcome?.kind}`);
  return outcome.items;
}

const twitterBench: Bench = {
  account: twitter.accountOf(),
  fixture: (name, { webhook }) => ({ name, receive: () => twitter.itemsOf(webhook) }),
  corpus: () =>
    recorded('twitter/aaa', 'twitter/xaa').map(({ name, body }) => ({
      name,
      receive: () => twitter.itemsOf(body),
    })),
  door: (secret) => {
    const body = Buffer.from('{"for_user_id":"1","direct_message_events":[]}');
    const headers = {
      'content-type': 'application/json',
      'x-twitter-webhooks-signature': twitter.signature(body, secret),
    };
    const request = { method: 'POST' as const, subpath: '', rawQueryString: '', headers, body };
    const credentials = [{ ...twitter.credentials, consumerSecret: secret }];
    const context = { account: twitter.accountOf(), publicUrl: twitter.publicUrl, credentials };
    return {
      ...{ request, context, body, secret, sign: twitter.signature },
      ...{ header: 'x-twitter-webhooks-signature', contentType: 'application/json' },
    };
  },
};

const emailBench: Bench = {
  account: inbox,
  fixture: (name, { notification, mail }) => ({
    name,
    receive: () => mailItems(jsonText(notification)),
    ...(mail === undefined ? {} : { raw: Buffer.from(mail) }),
  }),
  corpus: () =>
    globSync(join(corpus, 'email', '*', '*.eml')).map((file) => ({
      name: file.slice(corpus.length + 1),
      receive: () => mailItems(JSON.stringify(storedMail)),
      raw: readFileSync(file),
    })),
};

/** What SES tells of a mail to our inbox. */
const storedMail = {
  notificationType: 'Received',
  mail: {
    messageId: 'receipt1',
    timestamp: '2026-11-03T09:12:02.123Z',
    source: 'a@customer.example',
  },
  receipt: {
    recipients: [inbox.address],
    action: { type: 'S3', bucketName: 'mail', objectKey: 'inbound/receipt1' },
  },
};

function mailItems(notification: string): readonly WebhookItem[] {
  const routed = readNotification(notification, mailAccounts);
  return 'items' in routed ? routed.items.map(({ item }) => item) : [];
}

/** One for each connector: a new one does not compile without. */
export const benches: Readonly<Record<ConnectorId, Bench>> = {
  whatsapp: whatsappBench,
  twilio: twilioBench,
  twitter: twitterBench,
  email: emailBench,
  'whatsapp-aws': whatsappAwsBench,
};

export function fixturesFolder(connector: string): string {
  return join(root, 'test/fixtures', connector);
}

export const hasCorpus = existsSync(corpus);
