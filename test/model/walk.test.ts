import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, startDatabase } from './database.ts';
import { type EnteredFiles, type Walk, walkProblems, watchFiles } from './entered.ts';
import { type ProviderServer, startProviders } from './provider.ts';
import { createSystem, type System } from './system.ts';
import { type Customer, customers, statusWebhook, textWebhook, type Webhook } from './webhooks.ts';

/** The most files that each may enter, so that a person can follow it. A number rises only with a new promise. */
const max = { text: 45, reply: 71, status: 39 };

let database: Database;
let providers: ProviderServer;
let files: EnteredFiles;
let walks: readonly Walk[];

beforeAll(async () => {
  database = await startDatabase();
  providers = await startProviders();
  files = await watchFiles();
  const system = createSystem(await database.createTable('walk'), providers.open('walk'));
  walks = [await walkOfText(system), await walkOfReply(system), await walkOfStatus(system)];
});
afterAll(async () => {
  files.stop();
  await providers.stop();
  await database.stop();
});

const customer = customers[0] as Customer;

async function receive(system: System, webhook: Webhook | undefined): Promise<void> {
  if (!webhook) throw new Error('no webhook');
  expect(await system.post(webhook, system.secrets.signsWith())).toBe(200);
  for (const head of system.ingress.heads()) await system.normalize(head);
  for (const head of system.statuses.heads()) await system.normalizeStatuses(head);
}

/** Of a customer who has written before. */
async function walkOfText(system: System): Promise<Walk> {
  const now = new Date(system.clock.milliseconds);
  const [first] = textWebhook(customer, ['first'], now);
  const [second] = textWebhook(customer, ['second'], now);
  await receive(system, first);
  return {
    name: 'an inbound text',
    files: await files.during(() => receive(system, second)),
    max: max.text,
    through: ['functions/receive/receive.ts', 'functions/normalize/normalize.ts'],
  };
}

async function walkOfReply(system: System): Promise<Walk> {
  const items = await database.itemsOf(system.table);
  const { id } =
    items.find(({ sk, customerIdentities }) => sk === 'META' && customerIdentities) ?? {};
  const content = { type: 'text', text: 'answer' };
  const body = JSON.stringify({ replyId: 'r1', conversationId: id, content });
  const walked = await files.during(async () => {
    await system.accept({
      ...{ number: 0, group: String(id), deduplicationId: 'r1', body },
      ...{ receives: 1, deleted: false },
    });
    for (const head of system.outbound.heads()) await system.send(head);
  });
  return {
    name: 'a reply',
    files: walked,
    max: max.reply,
    through: ['functions/accept-reply/accept-reply.ts', 'functions/send/attempt.ts'],
  };
}

/** Of the reply, named by our own ids as WhatsApp does it. */
async function walkOfStatus(system: System): Promise<Walk> {
  const [sent] = system.provider.delivered;
  if (!sent) throw new Error('the reply was not sent');
  const status = statusWebhook(sent, 'delivered', true, new Date(system.clock.milliseconds));
  return {
    name: 'a delivery status',
    files: await files.during(() => receive(system, status)),
    max: max.status,
    through: ['functions/receive/receive.ts', 'functions/normalize/normalize-statuses.ts'],
  };
}

describe('the way of one text, one reply and one delivery status through the product', () => {
  it('enters few files', () => {
    for (const walk of walks) {
      console.log(
        `${walk.name} enters ${walk.files.size} files:\n  ${[...walk.files].join('\n  ')}`,
      );
    }
    expect(walks.flatMap(walkProblems)).toEqual([]);
  });

  it('is noticed where it enters one too many', () => {
    const narrow = walks.map((walk) => ({ ...walk, max: walk.files.size - 1 }));
    expect(narrow.flatMap(walkProblems)).toEqual(
      walks.map(
        ({ name, files: { size } }) => `${name} enters ${size} files, allowed are ${size - 1}`,
      ),
    );
  });

  it('is noticed where it is not measured, or ends early', () => {
    const unseen = walks.map((walk) => ({ ...walk, files: new Set<string>() }));
    expect(unseen.flatMap(walkProblems)).toEqual(
      walks.map(({ name }) => `${name} enters no file: nothing was measured`),
    );
    const cut = walks.map((walk) => ({ ...walk, files: new Set(['shared/ids.ts']) }));
    expect(cut.flatMap(walkProblems)).toEqual(
      walks.flatMap(({ name, through }) => through.map((path) => `${name} does not enter ${path}`)),
    );
  });
});
