import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parsers } from '#connectors/parsers';
import type { HandleDependencies } from '#functions/normalize/handle-message';
import { normalizer } from '#functions/normalize/normalize';
import type { Queue } from '#shared/aws/queues/queue';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import { MediaJob } from '#shared/model/media-job';
import { attachmentUpdateId } from '#shared/table/state';
import { account, itemsOf } from '#test/connectors/whatsapp/signed-webhook';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
let dependencies: HandleDependencies;
let tests = 0;
const now = () => new Date('2026-11-21T10:00:00.000Z');
const address = 'https://lookaside.fbsbx.com/x';

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());
beforeEach(async () => {
  tests += 1;
  const normalized = await emulators.queue(`normalized-${tests}.fifo`);
  dependencies = {
    archive: await emulators.bucket(`archive-${tests}`),
    accounts: [],
    media: await emulators.queue(`media-${tests}`),
    target: { table: emulators.table, normalized, outbound: normalized, now },
    now,
  };
});

/** One message of a customer, from its webhook through the door onto the ingress queue. */
function ingress(message: object): string {
  const common = { from: '16505551234', id: `wamid.${tests}`, timestamp: '1795255200' };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '1', phone_number_id: account.address },
    messages: [{ ...common, ...message }],
  };
  const changes = [{ field: 'messages', value }];
  const [item] = itemsOf({ object: 'whatsapp_business_account', entry: [{ id: '1', changes }] });
  const sent = { connector: 'whatsapp', account: 'main', receivedAt: now().toISOString() };
  return JSON.stringify({
    ...sent,
    deduplicationId: item?.deduplicationId,
    payload: item?.payload,
  });
}

const photo = { type: 'image', image: { id: '700', mime_type: 'image/jpeg', url: address } };

async function normalize(body: string, change: Partial<HandleDependencies> = {}): Promise<void> {
  const accounts = [
    {
      ...{ connector: 'whatsapp', account: 'main', secretId: 'x', settings: account },
      ...{ publicUrl: 'https://hooks.example', apiUrl: 'https://graph.facebook.com' },
    },
  ];
  await normalizer({ parsers, ...dependencies, accounts, ...change })(body);
}

/** Every job that stands on the media queue, taken off. */
async function jobs({ client, url }: Queue = dependencies.media): Promise<MediaJob[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
  );
  for (const { ReceiptHandle } of Messages) {
    await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
  }
  return Messages.map(({ Body = '' }) => MediaJob.parse(JSON.parse(Body)));
}

const events = () => emulators.drain(dependencies.target.normalized);

describe('the files of a message', () => {
  it('are asked for once the message is published, with the webhook’s address', async () => {
    const heard: string[] = [];
    const { client, url } = dependencies.media;
    const watching = {
      send: async (command: SendMessageCommand) => {
        heard.push(...(await events()).map(({ type }) => type));
        return client.send(command);
      },
    } as unknown as SQSClient;
    await normalize(ingress(photo), { media: { client: watching, url } });
    expect(heard).toContain('switchboard.message.received.v1');
    expect(await jobs()).toEqual([
      {
        conversationId: expect.stringMatching(/^cnv_/),
        sequence: 1,
        attachmentId: expect.stringMatching(/^att_/),
        downloadUrl: address,
      },
    ]);
  });

  it('are pending in the event, which says nothing of that address', async () => {
    await normalize(ingress(photo));
    const received = (await events()).find(({ type }) => type.includes('received'));
    expect(received?.data).toMatchObject({
      message: { attachments: [{ state: 'pending', providerReference: '700' }] },
    });
    expect(JSON.stringify(received)).not.toContain('lookaside');
  });

  it('are asked for again by a repeated item, until they are stored', async () => {
    const body = ingress(photo);
    await normalize(body);
    await normalize(body);
    const [first, second] = await jobs();
    expect(second).toEqual(first);
    if (!first) throw new Error('no job');
    const { attachmentId: id } = first;
    const attachment = { id, kind: 'image', contentType: 'image/jpeg', state: 'stored' } as const;
    await applyUpdate(emulators.table, first, {
      ...{ kind: 'attachment', id: attachmentUpdateId(id, 'stored'), attachment },
      occurredAt: now().toISOString(),
    });
    await normalize(body);
    expect(await jobs()).toEqual([]);
  });

  it('are asked for by the redelivery when their queue was away; the message did not wait', async () => {
    const body = ingress(photo);
    const { url } = dependencies.media;
    const down = {
      send: async () => {
        throw new Error('down');
      },
    } as unknown as SQSClient;
    await expect(normalize(body, { media: { client: down, url } })).rejects.toThrow('down');
    expect((await events()).map(({ type }) => type)).toContain('switchboard.message.received.v1');
    await normalize(body);
    expect(await jobs()).toHaveLength(1);
    expect(await events()).toEqual([]);
  });

  it('cost nothing where there are none, or none that can be had', async () => {
    const untouched = {
      send: () => {
        throw new Error('called');
      },
    } as unknown as SQSClient;
    const media = { client: untouched, url: '' };
    await normalize(ingress({ type: 'text', text: { body: 'hi' } }), { media });
    tests += 1;
    // Code 131052: Meta could not take the customer's file.
    await normalize(ingress({ type: 'image' }), { media });
    expect(await events()).not.toEqual([]);
    tests += 1;
    await expect(normalize(ingress(photo), { media })).rejects.toThrow('called');
  });
});
