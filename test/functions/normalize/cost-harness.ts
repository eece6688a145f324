import { PutObjectCommand } from '@aws-sdk/client-s3';
import { parsers } from '#connectors/parsers';
import { normalizer } from '#functions/normalize/normalize';
import type { Archive } from '#shared/aws/objects/archive';
import { inbox, received } from '#test/connectors/email/inbox';
import { accountSid, context as twilio } from '#test/connectors/twilio/signed-request';
import { itemsOf, account as whatsapp } from '#test/connectors/whatsapp/signed-webhook';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

/** What one item cost: dynoxide counts units exactly as AWS bills them, and refused writes are none for it. */
export interface Cost {
  readonly write: number;
  readonly read: number;
  readonly refused: number;
  /** Requests to S3 that store something. */
  readonly puts: number;
}

export interface Sent {
  readonly id: string;
  readonly text: string;
  readonly html?: string;
  /** How long after it was written it is received. */
  readonly afterSeconds?: number;
}

type Kind = 'whatsapp' | 'sms' | 'mail';

export interface CostHarness {
  /** Takes one item as its door queues it through normalize. */
  readonly receive: (kind: Kind, sent: Sent) => Promise<Cost>;
  /** Lets the next call of this name fail before it reaches anybody. */
  readonly failNext: (command: string) => void;
  readonly emulators: Emulators;
  readonly archive: Archive;
  readonly stop: () => Promise<void>;
}

const writtenAt = Date.parse('2026-11-21T09:59:58.000Z');

/** The real normalize over real emulators. */
export async function openCostHarness(): Promise<CostHarness> {
  const emulators = await startEmulators();
  const archive = await emulators.bucket('archive');
  const mails = await emulators.bucket('mail');
  const normalized = await emulators.queue('normalized.fifo');
  const media = await emulators.queue('media');
  const cost = { write: 0, read: 0, refused: 0, puts: 0 };
  countUnits(emulators, cost);
  countPuts(archive, cost);
  let failing = '';
  const pass = (name = ''): void => {
    if (failing === '' || !name.startsWith(failing)) return;
    failing = '';
    throw new Error(`${name} fails`);
  };
  watch(emulators.table.client, pass);
  watch(archive.client, pass);
  const now = () => new Date(writtenAt + 3000);
  const setting = {
    account: 'main',
    secretId: 'x',
    publicUrl: 'https://hooks.example',
    apiUrl: 'https://api.example',
  };
  const accounts = [
    { ...setting, connector: 'whatsapp', settings: whatsapp },
    { ...setting, connector: 'twilio', settings: twilio.account },
    { ...setting, connector: 'email', settings: inbox },
  ];
  const target = { table: emulators.table, normalized, outbound: normalized, now };
  const normalize = normalizer({ accounts, parsers, archive, media, now, target });
  return {
    receive: async (kind, sent) => {
      const receivedAt = new Date(writtenAt + (sent.afterSeconds ?? 2) * 1000).toISOString();
      const item = kind === 'mail' ? await mailItem(mails, sent) : items[kind](sent);
      Object.assign(cost, { write: 0, read: 0, refused: 0, puts: 0 });
      await normalize(JSON.stringify({ account: 'main', receivedAt, ...item }));
      return { ...cost };
    },
    failNext: (command) => {
      failing = command;
    },
    ...{ emulators, archive },
    stop: () => emulators.stop(),
  };
}

const items = {
  whatsapp: ({ id, text }: Sent) => {
    const message = { from: '16505551234', from_user_id: 'US.434207126518378463', id };
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '15550783881', phone_number_id: whatsapp.address },
      contacts: [
        {
          profile: { name: 'Ada Beispiel' },
          ...{ wa_id: '16505551234', user_id: 'US.434207126518378463' },
        },
      ],
      messages: [
        { ...message, timestamp: String(writtenAt / 1000), type: 'text', text: { body: text } },
      ],
    };
    const changes = [{ field: 'messages', value }];
    const body = {
      object: 'whatsapp_business_account',
      entry: [{ id: '215589313241560', changes }],
    };
    const [item] = itemsOf(body);
    return {
      connector: 'whatsapp',
      deduplicationId: item?.deduplicationId,
      payload: item?.payload,
    };
  },
  sms: ({ id, text }: Sent) => ({
    ...{ connector: 'twilio', deduplicationId: id },
    payload: {
      subpath: '',
      params: Object.entries({
        ...{ ToCountry: 'US', ToState: 'OR', SmsMessageSid: id, NumMedia: '0', ToCity: 'PORTLAND' },
        ...{ FromZip: '97201', SmsSid: id, FromState: 'OR', SmsStatus: 'received' },
        ...{ FromCity: 'PORTLAND', Body: text, FromCountry: 'US', To: twilio.account.address },
        ...{ NumSegments: '1', MessageSid: id, AccountSid: accountSid, From: '+15035550142' },
        ApiVersion: '2010-04-01',
      }),
    },
  }),
};

/** SES has stored the mail before we hear of it. */
async function mailItem({ client, bucket }: Archive, { id, text, html }: Sent) {
  const key = `inbound/${id}`;
  const head = [
    ...['From: Anna <anna@customer.example>', `To: ${inbox.address}`],
    ...['Date: Sat, 21 Nov 2026 09:59:58 +0000', `Message-ID: <${id}@customer.example>`],
    `Content-Type: text/${html === undefined ? 'plain' : 'html'}; charset=utf-8`,
  ];
  const Body = [...head, '', html ?? text].join('\r\n');
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  const { mail, receipt } = received({
    action: { type: 'S3', bucketName: bucket, objectKey: key },
  });
  const payload = { kind: 'mail', inbox: inbox.address, notification: { mail, receipt } };
  return { connector: 'email', deduplicationId: `${id}:main`, payload, raw: { bucket, key } };
}

type Counted = { -readonly [Name in keyof Cost]: Cost[Name] };

interface Capacity {
  readonly CapacityUnits?: number;
}

function countUnits({ table }: Emulators, cost: Counted): void {
  table.client.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
      const kind = isReading(context.commandName) ? 'read' : 'write';
      const result = await next(args).catch((fault: unknown) => {
        if (kind === 'write') cost.refused += 1;
        throw fault;
      });
      cost[kind] += unitsIn(result.output);
      return result;
    },
    { step: 'initialize', name: 'countUnits' },
  );
}

function unitsIn(output: unknown): number {
  const { ConsumedCapacity = [] } = output as { ConsumedCapacity?: Capacity | Capacity[] };
  const all = [ConsumedCapacity].flat();
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

function isReading(command = ''): boolean {
  return /^(Get|Query|BatchGet|Head|List)/.test(command);
}

type Client = Emulators['table']['client'] | Archive['client'];

function watch({ middlewareStack }: Client, pass: (name?: string) => void): void {
  (middlewareStack as Archive['client']['middlewareStack']).add(
    (next, { commandName }) =>
      (args) => {
        pass(commandName);
        return next(args);
      },
    { step: 'initialize', name: 'watch' },
  );
}

function countPuts({ client }: Archive, cost: Counted): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (!isReading(context.commandName)) cost.puts += 1;
      return next(args);
    },
    { step: 'initialize', name: 'countPuts' },
  );
}
