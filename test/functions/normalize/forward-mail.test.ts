import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { payloadParsers } from '#connectors/payload-parsers';
import { forwardingMail } from '#functions/normalize/forward-mail';
import type { Queue } from '#shared/aws/queues/queue';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
let mail: Queue;
let handled: string[];
beforeAll(async () => {
  emulators = await startEmulators();
  mail = await emulators.queue('mail-ingress.fifo');
});
afterAll(() => emulators.stop());

function record(body: string, group: string, id: string): SQSRecord {
  const attributes = { MessageGroupId: group, MessageDeduplicationId: id };
  return { messageId: `m-${id}`, body, attributes } as unknown as SQSRecord;
}

const item = (connector: string, number: number) =>
  JSON.stringify({ version: 1, connector, account: 'main', payload: { number } });

async function give(records: readonly SQSRecord[], to: Queue | undefined = mail): Promise<void> {
  handled = [];
  const take = forwardingMail({ mail: to, parsers: payloadParsers }, async ({ body }) => {
    handled.push(body);
  });
  for (const each of records) await take(each);
}

it('hands a mail on as it came, in the order of its group, and once however often it is handed on', async () => {
  const mails = [1, 2, 3].map((number) => record(item('email', number), 'fred', `d${number}`));
  await give([...mails, ...mails]);
  expect(handled).toEqual([]);
  const forwarded = await emulators.drainBodies(mail);
  expect(forwarded).toEqual([1, 2, 3].map((number) => JSON.parse(item('email', number))));
});

it('handles every other item itself, and one that is no item', async () => {
  const bodies = [
    item('whatsapp', 1),
    item('constructor', 2),
    item('fax', 3),
    '{"no":"item"}',
    'x',
  ];
  await give(bodies.map((body, index) => record(body, 'g', `o${index}`)));
  expect(handled).toEqual(bodies);
  expect(await emulators.drainBodies(mail)).toEqual([]);
});

it('handles all items where there is no queue for mail', async () => {
  const take = forwardingMail({ mail: undefined, parsers: payloadParsers }, async ({ body }) => {
    handled = [body];
  });
  await take(record(item('email', 5), 'fred', 'd5'));
  expect(handled).toEqual([item('email', 5)]);
});

it('leaves a mail on its queue when it cannot be handed on', async () => {
  const away = { ...mail, url: mail.url.replace('mail-ingress', 'no-such-queue') };
  await expect(give([record(item('email', 6), 'fred', 'd6')], away)).rejects.toThrow();
  expect(handled).toEqual([]);
});
